import { pause } from '../pause.js';
import type { ApiAnswer } from './api-client.js';
import { ApiClient, faultOf, field } from './api-client.js';
import { inventory, blockDevices } from './inventory.js';
import type { KernelParameters } from './kernel-parameters.js';
import type { RamdiskHost } from './ramdisk-host.js';
import { packLogs } from './system-logs.js';

const ATTEMPTS = 5;
const SUCCESS_BELOW = 400;
const LLDP_TLVS: readonly (readonly [type: number, hex: string])[] = [
  // Chassis id (MAC address), port id (interface name), time to live: IEEE 802.1AB §8.5.
  [1, '0400000c29a1b2c3'],
  [2, '0545746865726e6574312f31'],
  [3, '0078'],
];

/** Where inspection data goes, if the kernel parameters ask for inspection. */
export function inspectionUrl(parameters: KernelParameters): string | undefined {
  const explicit = parameters.get('ipa-inspection-callback-url');
  if (explicit) return explicit.split(',')[0];
  const api = parameters.get('ipa-api-url')?.split(',')[0];
  return parameters.get('ipa-inspection-collectors') && api
    ? `${api.replace(/\/$/, '')}/v1/continue_inspection`
    : undefined;
}

/**
 * Posts the inventory and what the collectors found. Tried 5 times on lost connections, 5xx and 409, after 5-30 s.
 * @returns the node's uuid; undefined after a failure, which the log names: lookup goes on without it.
 */
export async function inspect(
  host: RamdiskHost,
  parameters: KernelParameters,
  url: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const client = new ApiClient([new URL(url).origin], parameters, signal);
  const { pathname, search } = new URL(url);
  const data = inspectionData(host, parameters);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const answer = await client.call('POST', pathname + search, { data }).catch(() => undefined);
    signal.throwIfAborted();
    if (answer && answer.status < 500 && answer.status !== 409) return conclude(host, answer);
    host.log('inspection data not taken', answer ? `HTTP ${answer.status} ${faultOf(answer.body)}` : 'no connection');
    const [min, max] = host.timings.inspectionBackoff;
    if (attempt < ATTEMPTS) await pause(Math.min(max, Math.max(min, min * 0.3 * 2 ** (attempt - 1))), signal);
  }
  return undefined;
}

function conclude(host: RamdiskHost, { status, body }: ApiAnswer): string | undefined {
  if (status >= SUCCESS_BELOW) {
    host.log('inspection refused', `HTTP ${status} ${faultOf(body)}`);
    return undefined;
  }
  host.log('inspection data sent', `HTTP ${status}`);
  const uuid = field(body, 'uuid') ?? field(field(body, 'node'), 'uuid');
  return typeof uuid === 'string' ? uuid : undefined;
}

function inspectionData(host: RamdiskHost, parameters: KernelParameters): Record<string, unknown> {
  const collectors = (parameters.get('ipa-inspection-collectors') || 'default,logs')
    .split(',')
    .map((name) => name.trim());
  const wants = (name: string): boolean => collectors.includes(name);
  return {
    ...(wants('default')
      ? {
          inventory: inventory(host, parameters),
          root_disk: blockDevices(host)[0],
          boot_interface: parameters.get('BOOTIF') ?? null,
          configuration: { collectors, managers: [{ name: 'generic_hardware_manager', version: '1.2' }] },
        }
      : {}),
    ...(wants('lldp') ? { lldp_raw: { eth0: LLDP_TLVS } } : {}),
    ...(wants('pci-devices')
      ? {
          pci_devices: [
            { vendor_id: '1af4', product_id: '1041', class: '020000', bus: '0000:00:03.0', revision: '01' },
          ],
        }
      : {}),
    ...(wants('logs') ? { logs: packLogs({ journal: host.journal() }) } : {}),
    error: null,
  };
}
