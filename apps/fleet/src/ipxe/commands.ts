import type { IpxeImage } from './image.js';
import { parseOptions, type OptionTable, type ParsedOptions } from './options.js';
import { IpxeEnd, type IpxeOutcome, type IpxeState } from './state.js';

/** Executes one command. @returns undefined for success, else the reason of the failure. */
type Command = (state: IpxeState, args: readonly string[]) => Promise<string | undefined> | string | undefined;

const FETCH_OPTIONS: OptionTable = {
  name: { short: 'n', value: true },
  timeout: { short: 't', value: true },
  autofree: { short: 'a', value: false },
};
const CHAIN_OPTIONS: OptionTable = { ...FETCH_OPTIONS, replace: { short: 'r', value: false } };
const PROMPT_OPTIONS: OptionTable = {
  key: { short: 'k', value: true },
  timeout: { short: 't', value: true },
};
const SANBOOT_OPTIONS: OptionTable = {
  drive: { short: 'd', value: true },
  'no-describe': { short: 'n', value: false },
  keep: { short: 'k', value: false },
  filename: { short: 'f', value: true },
};

const succeed: Command = () => undefined;

/** A command that cannot fail. */
function always(action: (state: IpxeState, args: readonly string[]) => void): Command {
  return (state, args) => {
    action(state, args);
    return undefined;
  };
}

/** Commands that fleet machines know, after ipxe.org/cmd. Any other is "command not found", as in a small iPXE build. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['echo', always(({ host }, args) => host.print(args.slice(args[0] === '-n' ? 1 : 0).join(' ')))],
  ['set', set],
  ['clear', always(({ settings }, [name = '']) => settings.clear(name))],
  ['inc', increment],
  ['isset', (_, [value]) => (value ? undefined : 'not set')],
  ['iseq', (_, [left, right]) => (left === right ? undefined : `"${left}" is not "${right}"`)],
  ['show', always(({ settings, host }, [name = '']) => host.print(`${name} = ${settings.format(name) ?? ''}`))],
  ['goto', jump],
  ['exit', exit],
  ['sleep', sleep],
  ['prompt', prompt],
  ['kernel', (state, args) => fetchImage(state, args, true)],
  ['imgselect', (state, args) => fetchImage(state, args, true)],
  ['initrd', (state, args) => fetchImage(state, args, false)],
  ['imgfetch', (state, args) => fetchImage(state, args, false)],
  ['module', (state, args) => fetchImage(state, args, false)],
  ['imgargs', imageArguments],
  ['imgfree', always(free)],
  [
    'imgstat',
    always(({ images, host }) => images.forEach(({ name, bytes }) => host.print(`${name} : ${bytes} bytes`))),
  ],
  ['boot', boot],
  ['imgexec', boot],
  ['chain', chain],
  ['sanboot', sanboot],
  ['reboot', () => end({ kind: 'reboot' })],
  ['poweroff', () => end({ kind: 'power off' })],
  ['shell', () => end({ kind: 'waits', reason: 'at the iPXE shell' })],
  // The machine has one NIC, whose address is there from the start: these have nothing to do.
  ...['dhcp', 'ifopen', 'ifclose', 'ifconf', 'ifstat', 'route', 'console', 'imgtrust', 'cpuid'].map(
    (name): [string, Command] => [name, succeed],
  ),
]);

function end(outcome: IpxeOutcome): never {
  throw new IpxeEnd(outcome);
}

function set({ settings }: IpxeState, [name, ...values]: readonly string[]): string | undefined {
  if (name === undefined) return 'setting name missing';
  settings.set(name, values.join(' '));
  return undefined;
}

function increment({ settings }: IpxeState, [name, by = '1']: readonly string[]): string | undefined {
  if (name === undefined) return 'setting name missing';
  if (!/^\d+$/.test(by)) return `"${by}": invalid integer value`;
  settings.increment(name, Number(by));
  return undefined;
}

function jump({ script }: IpxeState, [label]: readonly string[]): string | undefined {
  const position = script.lines.findIndex((line) => line.label === label);
  if (label === undefined || position < 0) return `no label "${label ?? ''}"`;
  script.position = position;
  script.jumped = true;
  return undefined;
}

function exit({ script }: IpxeState, [status = '0']: readonly string[]): string | undefined {
  script.exited = true;
  return Number(status) === 0 ? undefined : `status ${status}`;
}

async function sleep({ host }: IpxeState, [seconds = '']: readonly string[]): Promise<string | undefined> {
  if (!/^\d+$/.test(seconds)) return `"${seconds}": invalid integer value`;
  await host.sleep(Number(seconds));
  return undefined;
}

/** Nobody is at the keyboard: a prompt fails at its timeout (milliseconds), and without one waits for ever. */
async function prompt({ host }: IpxeState, args: readonly string[]): Promise<string | undefined> {
  const parsed = parseOptions(args, PROMPT_OPTIONS);
  if (typeof parsed === 'string') return parsed;
  const text = parsed.rest.join(' ');
  if (text) host.print(text);
  const timeout = Number(parsed.options.get('timeout') ?? 0);
  if (!timeout) return end({ kind: 'waits', reason: `for a key: ${text || 'prompt'}` });
  await host.sleep(timeout / 1000);
  return 'Connection timed out';
}

async function fetchImage(state: IpxeState, args: readonly string[], select: boolean): Promise<string | undefined> {
  const parsed = parseOptions(args, FETCH_OPTIONS);
  const image = typeof parsed === 'string' ? parsed : await acquire(state, parsed);
  if (typeof image === 'string') return image;
  state.images = [...state.images.filter(({ name }) => name !== image.name), image];
  if (select) state.selected = image.name;
  return undefined;
}

/** Finds an image that is there by that name, or fetches the URL (relative to the running script's). */
async function acquire(state: IpxeState, { options, rest }: ParsedOptions): Promise<IpxeImage | string> {
  const [target, ...args] = rest;
  if (target === undefined) return 'URL missing';
  const known = state.images.find(({ name }) => name === target);
  if (known) return args.length > 0 ? { ...known, arguments: args.join(' ') } : known;
  if (!URL.canParse(target, state.script.url)) return `${target}: Invalid URL`;
  const url = new URL(target, state.script.url);
  const name = options.get('name') ?? url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
  const image = await state.host.fetch(url.href, name, args.join(' '));
  state.host.print(typeof image === 'string' ? image : `${url.href}... ok`);
  return image;
}

function imageArguments(state: IpxeState, [name, ...args]: readonly string[]): string | undefined {
  const image = state.images.find((candidate) => candidate.name === name);
  if (!image) return `No such image: ${name ?? ''}`;
  state.images = state.images.map((other) => (other === image ? { ...image, arguments: args.join(' ') } : other));
  return undefined;
}

function free(state: IpxeState, names: readonly string[]): void {
  state.images = names.length > 0 ? state.images.filter(({ name }) => !names.includes(name)) : [];
}

async function boot(state: IpxeState, args: readonly string[]): Promise<string | undefined> {
  if (args.length > 0) {
    const failure = await fetchImage(state, args, true);
    if (failure !== undefined) return failure;
  }
  const selected = state.images.find(({ name }) => name === state.selected);
  return selected ? execute(state, selected) : 'No image selected';
}

async function chain(state: IpxeState, args: readonly string[]): Promise<string | undefined> {
  const parsed = parseOptions(args, CHAIN_OPTIONS);
  if (typeof parsed === 'string') return parsed;
  const image = await acquire(state, parsed);
  if (typeof image === 'string') return image;
  const failure = await execute(state, image);
  if (parsed.options.has('replace') && failure === undefined) state.script.exited = true;
  return failure;
}

/** A script runs and comes back; a kernel takes the machine over; anything else is no program. */
async function execute(state: IpxeState, image: IpxeImage): Promise<string | undefined> {
  if (image.format === 'script') return state.run(image);
  if (image.format !== 'kernel') {
    const reason = `Could not boot image ${image.name}: Exec format error (https://ipxe.org/2e008081)`;
    state.host.print(reason);
    return reason;
  }
  return end({ kind: 'kernel', kernel: image, initrds: state.images.filter(({ name }) => name !== image.name) });
}

async function sanboot({ host }: IpxeState, args: readonly string[]): Promise<string | undefined> {
  const parsed = parseOptions(args, SANBOOT_OPTIONS);
  if (typeof parsed === 'string') return parsed;
  const [target] = parsed.rest;
  if (target !== undefined) return `${target}: booting from a SAN device is not simulated`;
  if (!(await host.diskBoots())) return 'Boot from SAN device 0x80 failed: No such device';
  return end({ kind: 'disk' });
}
