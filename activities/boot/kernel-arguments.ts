import { NodeInvalid } from '#domain/errors.js';
import { textOf } from '../json.js';
import type { NodeContext } from '../node-context.js';

/** What the ramdisk's kernel is told besides the node's own wishes. */
export interface BootConfig {
  /** TEMPER_API_URL: where the agent looks itself up. */
  readonly apiUrl: string;
  /** The agent logs in detail (`ipa-debug=1`). */
  readonly agentDebug?: boolean;
}

/** `[pxe]kernel_append_params` of Ironic. */
const usualArguments = 'nofb vga=normal';

/**
 * The kernel arguments of the ramdisk: the node's (instance_info over driver_info, `%default%` inserts the usual
 * ones), then the agent's (measured on Ironic 39).
 */
export function kernelArguments(node: NodeContext, { apiUrl, agentDebug = false }: BootConfig): string {
  const api = apiUrl.replace(/\/+$/, '');
  const requestId = node.operation.requestId;
  return [
    appended(node),
    ...(agentDebug ? ['ipa-debug=1'] : []),
    // As in Ironic, an inspecting agent only posts what it found; a look-up is for agents that take commands.
    node.type === 'inspect' ? `ipa-inspection-callback-url=${api}/v1/continue_inspection` : `ipa-api-url=${api}`,
    ...(requestId !== null && /^req-[\w-]+$/.test(requestId) ? [`ipa-global-request-id=${requestId}`] : []),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function appended(node: NodeContext): string {
  for (const [field, info] of [
    ['instance_info', node.instanceInfo],
    ['driver_info', node.driverInfo],
  ] as const) {
    const given = textOf(info, 'kernel_append_params');
    if (given === undefined) continue;
    const text = given.replaceAll('%default%', usualArguments).trim();
    if (/[\r\n\0]/.test(text) || text.split('"').length % 2 === 0) {
      throw new NodeInvalid(`Node ${node.uuid}: ${field}/kernel_append_params is a malformed kernel command line`, {
        hint: 'put it on one line and close its quotes',
      });
    }
    return text;
  }
  return usualArguments;
}
