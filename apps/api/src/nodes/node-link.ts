import { invalid } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { valuesFor, type PatchOperation } from '../resource/json-patch.js';
import { plainly } from '../resource/shown.js';
import { nodeNotFound, type NodeFinder } from './node-finder.js';

/** The keys of a node. */
interface NodeKeys {
  readonly id: number;
  readonly uuid: string;
}

/**
 * The node that a new port or portgroup is to belong to.
 * @throws ApiError 403 when the caller may not add to it, 400 when there is none
 */
export async function nodeToJoin(nodes: NodeFinder, ident: string, call: Call): Promise<NodeKeys> {
  const node = await nodes.unasked(ident, call);
  call.access.addTo(node);
  if (!node) throw invalid(nodeNotFound(ident).message);
  return node;
}

/**
 * What belongs to a node stays with it: Ironic means to allow a move, but fails with it.
 * @throws ApiError 400 when the patch names another node than the present one
 */
export async function refuseOtherNode(
  nodes: NodeFinder,
  patch: readonly PatchOperation[],
  node: { readonly uuid: string },
  call: Call,
): Promise<void> {
  const wanted = valuesFor(patch, '/node_uuid').at(-1);
  if (wanted === undefined) return;
  const found = await nodes.identity(plainly(wanted), call, []).catch(() => undefined);
  if (found?.uuid === node.uuid) return;
  throw invalid(`Unable to apply the requested node_uuid '${plainly(wanted)}'. Requested value was invalid.`);
}

/** Does the change concern the link to the node, which is not part of what a patch is applied to? */
export function isNodeLink({ names }: PatchOperation): boolean {
  return names[0] === 'node_uuid' || names[0] === 'node_ident';
}
