import { describe, expect, it } from 'vitest';
import { imageFormat } from './image.js';
import { runIpxe } from './interpreter.js';
import type { IpxeHost, IpxeOutcome } from './state.js';

const KERNEL = Buffer.alloc(0x300);
KERNEL.write('MZ', 0, 'latin1');
KERNEL.write('HdrS', 0x202, 'latin1');
const RAMDISK = Buffer.from([0x1f, 0x8b, 8, 0]);

/** A machine whose network serves `files`; records what was fetched, printed and slept. */
function machine(files: Record<string, string | Buffer>, options: { diskBoots?: boolean } = {}) {
  const fetched: string[] = [];
  const screen: string[] = [];
  const slept: number[] = [];
  const host: IpxeHost = {
    settings: { 'net0/mac': '52:54:00:7e:00:01', platform: 'efi' },
    async fetch(url, name, args) {
      fetched.push(url);
      const content = files[url];
      if (content === undefined) return `${url}... No such file or directory`;
      const head = Buffer.from(content);
      const format = imageFormat(head);
      const script = format === 'script' ? head.toString() : undefined;
      return { name, url, bytes: head.length, format, arguments: args, script };
    },
    diskBoots: async () => options.diskBoots ?? false,
    print: (line) => screen.push(line),
    sleep: async (seconds) => {
      slept.push(seconds);
    },
  };
  return { host, fetched, screen, slept };
}

/** Runs one script at http://boot/x.ipxe. */
async function run(lines: readonly string[], files: Record<string, string | Buffer> = {}) {
  const simulated = machine({ 'http://boot/x.ipxe': ['#!ipxe', ...lines].join('\n'), ...files });
  return { ...simulated, outcome: await runIpxe('http://boot/x.ipxe', simulated.host) };
}

const ended: IpxeOutcome = { kind: 'exit', reason: undefined };

describe('an iPXE script', () => {
  it('boots the kernel that it fetched with its arguments and initrds', async () => {
    const { outcome, fetched } = await run(
      [
        'imgfree',
        'kernel http://boot/files/vmlinuz ipa-api-url=http://api text BOOTIF=${mac} initrd=ramdisk',
        'initrd --name ramdisk files/initramfs.gz',
        'boot',
      ],
      { 'http://boot/files/vmlinuz': KERNEL, 'http://boot/files/initramfs.gz': RAMDISK },
    );
    expect(outcome).toMatchObject({
      kind: 'kernel',
      kernel: {
        name: 'vmlinuz',
        arguments: 'ipa-api-url=http://api text BOOTIF=52:54:00:7e:00:01 initrd=ramdisk',
      },
      initrds: [{ name: 'ramdisk', url: 'http://boot/files/initramfs.gz' }],
    });
    expect(fetched).toEqual(['http://boot/x.ipxe', 'http://boot/files/vmlinuz', 'http://boot/files/initramfs.gz']);
  });

  it('finds the script of its NIC by a loop over nested settings, as the fixed boot script of Ironic does', async () => {
    const { screen, outcome } = await run(
      [
        'set netid:int32 -1',
        ':loop',
        'inc netid',
        'isset ${net${netid}/mac} || goto done',
        'chain pxelinux.cfg/${net${netid}/mac:hexhyp} || goto loop',
        ':done',
        'echo no configuration after ${netid} NICs',
      ],
      { 'http://boot/pxelinux.cfg/52-54-00-7e-00-99': '#!ipxe\n' },
    );
    expect(screen).toContain('no configuration after 1 NICs');
    expect(outcome).toEqual(ended);
  });

  it('resolves relative URLs against the script that runs', async () => {
    const { fetched } = await run(['chain /a/second.ipxe'], {
      'http://boot/a/second.ipxe': '#!ipxe\nkernel k || exit',
    });
    expect(fetched.at(-1)).toBe('http://boot/a/k');
  });

  it('comes back to the caller after a chained script, unless it was replaced', async () => {
    const files = { 'http://boot/sub': '#!ipxe\necho inside' };
    expect((await run(['chain sub', 'echo after'], files)).screen).toEqual([
      'http://boot/sub... ok',
      'inside',
      'after',
    ]);
    const replaced = await run(['chain --replace --autofree sub', 'echo after'], files);
    expect(replaced.screen).toEqual(['http://boot/sub... ok', 'inside']);
  });

  it.each([
    ['|| after a failure', 'isset ${nothing} || echo yes', ['yes']],
    ['|| after a success', 'isset x || echo yes', []],
    ['&& after a success', 'iseq a a && echo yes', ['yes']],
    ['&& after a failure, handled', 'iseq a b && echo yes ||', []],
    ['a chain of both', 'iseq a b && echo first || echo second', ['second']],
    [';', 'echo one ; echo two', ['one', 'two']],
    ['a comment', 'echo one # && echo two', ['one']],
    ['a label before a command', ':here echo one', ['one']],
    ['a value with spaces in one argument', 'set a b c ; iseq ${a} ${a} && echo same', ['same']],
    [
      'formatted addresses',
      'echo ${mac:hexhyp} ${net0/mac:hexraw} ${netX/mac}',
      ['52-54-00-7e-00-01 5254007e0001 52:54:00:7e:00:01'],
    ],
    ['set, clear and inc', 'set n:int8 4 ; inc n 2 ; echo ${n} ; clear n ; echo -${n}-', ['6', '--']],
  ])('understands %s', async (_, line, screen) => {
    expect((await run([line])).screen).toEqual(screen);
  });

  it('continues a line after a backslash and accepts carriage returns', async () => {
    expect((await run(['echo one \\', 'two\r', 'echo three'])).screen).toEqual(['one two', 'three']);
  });

  it.each([
    ['an unknown command', 'frobnicate', 'frobnicate: command not found'],
    ['a missing file', 'kernel http://boot/missing', 'kernel: http://boot/missing... No such file or directory'],
    ['a label that is not there', 'goto nowhere', 'goto: no label "nowhere"'],
    ['an unknown option', 'chain --frob x', 'chain: unrecognised option "--frob"'],
    ['a boot without a kernel', 'boot', 'boot: No image selected'],
  ])('ends at %s that no || handles', async (_, line, reason) => {
    const { outcome, screen } = await run([line, 'echo not reached']);
    expect(outcome).toEqual({ kind: 'exit', reason });
    expect(screen).not.toContain('not reached');
  });

  it('refuses to boot a ramdisk in place of the kernel', async () => {
    const { outcome } = await run(['kernel k', 'boot'], { 'http://boot/k': RAMDISK });
    expect(outcome).toMatchObject({ kind: 'exit', reason: expect.stringContaining('Exec format error') });
  });

  it('retries with growing sleeps and powers off at last', async () => {
    const { outcome, slept } = await run([
      'set attempt:int32 1',
      ':retry',
      'kernel missing || goto failed',
      'boot',
      ':failed',
      'sleep ${attempt}',
      'inc attempt',
      'iseq ${attempt} 4 || goto retry',
      'poweroff',
    ]);
    expect(slept).toEqual([1, 2, 3]);
    expect(outcome).toEqual({ kind: 'power off' });
  });

  it('reboots, exits with a status and waits at a prompt without a time-out', async () => {
    expect((await run(['reboot', 'echo no'])).outcome).toEqual({ kind: 'reboot' });
    expect((await run(['exit 1', 'echo no'])).outcome).toEqual({ kind: 'exit', reason: 'exit: status 1' });
    expect((await run(['exit', 'frobnicate'])).outcome).toEqual(ended);
    expect((await run(['prompt Press a key'])).outcome).toEqual({ kind: 'waits', reason: 'for a key: Press a key' });
    const timed = await run(['prompt --timeout 2000 || reboot']);
    expect([timed.outcome, timed.slept]).toEqual([{ kind: 'reboot' }, [2]]);
  });

  it('boots the local disk by sanboot if it can', async () => {
    const script = { 'http://boot/x.ipxe': '#!ipxe\nsanboot --no-describe || exit 0' };
    expect(await runIpxe('http://boot/x.ipxe', machine(script, { diskBoots: true }).host)).toEqual({ kind: 'disk' });
    expect(await runIpxe('http://boot/x.ipxe', machine(script).host)).toEqual(ended);
  });

  it('ends a script that loops without waiting', async () => {
    const { outcome } = await run([':loop', 'goto loop']);
    expect(outcome).toMatchObject({ kind: 'waits', reason: expect.stringContaining('loops') });
  });

  it('does nothing with a text that is no script', async () => {
    const { host } = machine({ 'http://boot/x.ipxe': '<html>' });
    expect(await runIpxe('http://boot/x.ipxe', host)).toMatchObject({ reason: 'x.ipxe: Exec format error' });
  });
});
