import { nodeField, type AgentProcess } from './agent-process.js';
import { blockDevices, type BlockDevice } from './inventory.js';
import { agentError } from './rest-error.js';

const MIN_ROOT_BYTES = 4 * 2 ** 30;
const GIB = 2 ** 30;

/**
 * Picks the disk to deploy to: by the node's hints, else the smallest of at least
 * 4 GiB. Without hints the node is looked up once more first, as the real agent does.
 * @throws {AgentError} DeviceNotFound
 */
export async function rootDevice(process: AgentProcess): Promise<string> {
  let hints = hintsOf(process);
  if (!hints) {
    await process.refreshNode();
    hints = hintsOf(process);
  }
  const devices = blockDevices(process.host);
  if (!hints) return smallest(devices);
  const wanted = hints;
  const match = devices.find((device) =>
    Object.entries(wanted).every(([name, hint]) => matchesHint(device, name, hint)),
  );
  if (!match) {
    throw agentError(
      'DeviceNotFound',
      `No suitable device was found for deployment using these hints ${JSON.stringify(hints)}`,
    );
  }
  return match.name;
}

function hintsOf({ memory }: AgentProcess): Readonly<Record<string, unknown>> | undefined {
  const hints = nodeField(memory, 'instance_info')['root_device'] ?? nodeField(memory, 'properties')['root_device'];
  const isHints = typeof hints === 'object' && hints !== null && Object.keys(hints).length > 0;
  return isHints ? (hints as Readonly<Record<string, unknown>>) : undefined;
}

function smallest(devices: readonly BlockDevice[]): string {
  const [first] = devices
    .filter(({ size }) => size >= MIN_ROOT_BYTES)
    .sort((one, other) => one.size - other.size || one.name.localeCompare(other.name));
  if (first) return first.name;
  throw agentError(
    'DeviceNotFound',
    'No suitable device was found for deployment - root device hints were not provided and all found block ' +
      `devices are smaller than ${MIN_ROOT_BYTES}B.`,
  );
}

/** One hint against one attribute: equal, or by the operator in front of the value. */
export function matchesHint(device: BlockDevice, name: string, hint: unknown): boolean {
  const value = Object.hasOwn(device, name) ? device[name as keyof BlockDevice] : undefined;
  if (name === 'size') return compareNumber(device.size / GIB, String(hint));
  if (typeof value === 'boolean') return String(value) === String(hint).toLowerCase();
  return compareText(String(value ?? '').toLowerCase(), String(hint).toLowerCase());
}

function compareNumber(value: number, hint: string): boolean {
  const [, operator = '==', text = hint] = /^\s*(=|==|!=|>=|<=|>|<)\s*(.*)$/.exec(hint) ?? [];
  const number = Number(text);
  const whole = Math.floor(value);
  switch (operator) {
    case '!=':
      return whole !== number;
    case '=':
    case '>=':
      return whole >= number;
    case '<=':
      return whole <= number;
    case '>':
      return whole > number;
    case '<':
      return whole < number;
    default:
      return whole === number;
  }
}

function compareText(value: string, hint: string): boolean {
  const alternatives = hint.split('<or>').map((part) => part.trim());
  if (alternatives.length > 1) return alternatives.filter(Boolean).includes(value);
  const [, operator, text = hint] = /^(s==|s!=|<in>)\s*(.*)$/.exec(hint) ?? [];
  if (operator === 's!=') return value !== text;
  return operator === '<in>' ? value.includes(text) : value === text;
}
