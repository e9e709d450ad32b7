import type { Database } from '#database/client.js';
import type { Node } from '#database/generated/client.js';
import type { SecretBox } from '#database/secrets.js';
import { acceptsInspectionData, isProvisionState } from '#domain/states.js';
import { opened } from '../nodes/node.columns.js';

/** By what a ramdisk says which machine it is on. */
export interface Addresses {
  readonly nodeUuid: string | null;
  readonly macs: readonly string[];
  readonly bmc: readonly string[];
}

/** A node, or why there is none; the reason is for the log only: whoever asks is nobody we know. */
export type Found = { readonly node: Node } | { readonly reason: string };

/**
 * The one node that waits for inspection data and fits all that is said: its uuid if that is said, its ports, its BMC
 * (Ironic drivers/modules/inspect_utils.py lookup_node).
 */
export async function inspectedNode(
  database: Database,
  secrets: SecretBox,
  { nodeUuid, macs, bmc }: Addresses,
): Promise<Found> {
  const named = nodeUuid === null ? null : await database.node.findUnique({ where: { uuid: nodeUuid } });
  if (nodeUuid !== null && !named) return { reason: 'no node has this uuid' };
  const byPorts = await database.node.findMany({
    where: { ports: { some: { address: { in: [...macs] } } } },
    take: 2,
  });
  if (byPorts.length > 1) return { reason: 'several nodes have these MAC addresses' };
  const [byPort] = byPorts;
  if (named && byPort && named.id !== byPort.id) return { reason: 'another node has these MAC addresses' };
  const known = byPort ?? named;
  if (known && !isWaiting(known)) return { reason: `the node is in state ${known.provisionState}` };
  if (bmc.length === 0) return known ? { node: known } : { reason: 'no node has these MAC addresses' };
  return byBmc(await nodesWithBmc(database, secrets, bmc), known);
}

function byBmc(nodes: readonly Node[], known: Node | null): Found {
  if (known) {
    const conflict = nodes.length > 0 && !nodes.some((node) => node.id === known.id);
    return conflict ? { reason: 'another node has this BMC address' } : { node: known };
  }
  const [node] = nodes;
  if (!node || nodes.length > 1) return { reason: node ? 'several nodes have this BMC address' : 'no node fits' };
  return { node };
}

/** Nodes that wait for data and whose driver_info names one of the addresses. Few nodes wait at any time. */
async function nodesWithBmc(database: Database, secrets: SecretBox, bmc: readonly string[]): Promise<readonly Node[]> {
  const waiting = await database.node.findMany({
    where: { operations: { some: { type: 'inspect', status: 'running' } } },
  });
  return waiting.filter((node) => isWaiting(node) && bmcAddressesOf(node, secrets).some((own) => bmc.includes(own)));
}

/** Host names are not resolved: only an address that is written as one can be compared. */
function bmcAddressesOf(node: Node, secrets: SecretBox): readonly string[] {
  return Object.entries(opened(node.driverInfo, secrets)).flatMap(([name, value]) => {
    if (!name.endsWith('_address') || typeof value !== 'string') return [];
    return [URL.canParse(value) ? new URL(value).hostname.replace(/^\[|\]$/g, '') : value];
  });
}

function isWaiting({ provisionState, inspectInterface }: Node): boolean {
  return inspectInterface === 'agent' && isProvisionState(provisionState) && acceptsInspectionData(provisionState);
}
