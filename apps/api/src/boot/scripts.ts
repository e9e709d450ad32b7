/** What a boot script is made of. */
export interface RamdiskBoot {
  /** Where kernel and ramdisk are fetched from; the ramdisk's last path part is the name the kernel looks for in UEFI. */
  readonly kernelUrl: string;
  readonly ramdiskUrl: string;
  readonly kernelArguments: string;
}

/**
 * `boot.ipxe`: the same for every machine. Asks for the script of each network card in turn and goes on with the next
 * boot device when there is none (Ironic drivers/modules/boot.ipxe, without its endless reboot). Firmware would not ask
 * again, so cards whose question was not answered (a server or a database that starts again) are asked for some ten
 * times in a minute.
 */
export function firstScript(bootUrl: string): string {
  return script([
    '# One script for all machines: each asks for its own by MAC address.',
    'set tries:int32 0',
    '',
    ':start',
    'set netid:int32 -1',
    'clear unanswered ||',
    '',
    ':loop',
    `inc netid || chain ${bootUrl}/boot/\${mac:hexhyp} || goto loop_done`,
    'isset ${net${netid}/mac} || goto loop_done',
    'echo Asking for the script of MAC ${net${netid}/mac:hexhyp}',
    'clear unknown ||',
    `chain ${bootUrl}/boot/\${net\${netid}/mac:hexhyp} || goto refused`,
    'echo Going on with the next boot device',
    'exit 0',
    '',
    ':refused',
    'isset ${unknown} || set unanswered 1',
    'goto loop',
    '',
    ':loop_done',
    'isset ${unanswered} || goto nothing',
    'iseq ${tries} 10 && goto nothing ||',
    'inc tries',
    'echo No answer, asking again in ${tries} seconds.',
    'sleep ${tries}',
    'goto start',
    '',
    ':nothing',
    'echo No script was found for any network card of this machine.',
    'exit 0',
  ]);
}

/** Boots the ramdisk (Ironic drivers/modules/ipxe_config.template, `:deploy`). */
export function ramdiskScript({ kernelUrl, ramdiskUrl, kernelArguments }: RamdiskBoot): string {
  const initrd = ramdiskUrl.split('/').at(-1) ?? '';
  return script([
    'set attempts:int32 10',
    'set i:int32 0',
    'goto deploy',
    '',
    ':deploy',
    'imgfree',
    `kernel ${kernelUrl} selinux=0 troubleshoot=0 text ${kernelArguments} BOOTIF=\${mac} initrd=${initrd} || goto retry`,
    `initrd ${ramdiskUrl} || goto retry`,
    'boot',
    '',
    ':retry',
    'iseq ${i} ${attempts} && goto fail ||',
    'inc i',
    'echo No response, retrying in ${i} seconds.',
    'sleep ${i}',
    'goto deploy',
    '',
    ':fail',
    'echo Failed to get a response after ${attempts} attempts',
    'echo Powering off in 30 seconds.',
    'sleep 30',
    'poweroff',
  ]);
}

/** Boots what is on the disk: at once with a BIOS, by returning to the firmware with UEFI. */
export function diskScript(reason: string): string {
  return script([`echo ${printable(reason)}`, 'sanboot --no-describe || exit 0']);
}

/** Says why there is nothing to boot here and goes on with the next boot device. */
export function nothingScript(reason: string): string {
  return script([`echo ${printable(reason)}`, 'exit 0']);
}

function script(lines: readonly string[]): string {
  return `#!ipxe\n\n${lines.join('\n')}\n`;
}

/** Says that this network card is not the one; {@link firstScript} then asks for the next. */
export function unknownScript(reason: string): string {
  return script([`echo ${printable(reason)}`, 'set unknown 1', 'exit 1']);
}

/** iPXE reads `$`, `&` and `|`; a reason is only to be read. */
function printable(text: string): string {
  return text.replace(/[^\w .,:;()/-]/g, ' ');
}
