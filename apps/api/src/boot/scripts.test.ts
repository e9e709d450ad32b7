import { expect, test } from 'vitest';
import { diskScript, firstScript, nothingScript, ramdiskScript } from './scripts.js';

test('the first script asks for the script of each network card', () => {
  const text = firstScript('http://10.0.0.1:8089');
  expect(text).toMatch(/^#!ipxe\n/);
  expect(text).toContain('chain http://10.0.0.1:8089/boot/${net${netid}/mac:hexhyp} || goto refused');
});

test('the ramdisk is booted with its arguments, the MAC and a ramdisk of the name that UEFI looks for', () => {
  const text = ramdiskScript({
    kernelUrl: 'http://b/boot/m/kernel',
    ramdiskUrl: 'http://b/boot/m/ramdisk',
    kernelArguments: 'nofb ipa-api-url=http://a',
  });
  expect(text).toContain(
    'kernel http://b/boot/m/kernel selinux=0 troubleshoot=0 text nofb ipa-api-url=http://a BOOTIF=${mac} initrd=ramdisk || goto retry',
  );
  expect(text).toContain('initrd http://b/boot/m/ramdisk || goto retry');
});

test('a machine with an instance boots its disk', () => {
  expect(diskScript('Node n is in state active')).toContain('sanboot --no-describe || exit 0');
});

test('a reason cannot become a command', () => {
  const text = nothingScript('a\nreboot && ${mac} || b');
  expect(text.split('\n').filter((line) => line.startsWith('reboot'))).toEqual([]);
  expect(text).not.toMatch(/[$&|]/);
  expect(text).toContain('\nexit 0\n');
});
