import { Inject, Injectable } from '@nestjs/common';
import type { Database, Transaction } from '#database/client.js';
import { stateOf } from '#database/operations.js';
import { deleteAllowed } from '#domain/states.js';
import { nodeTarget } from '../auth/access.js';
import { invalid } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { valuesFor, type PatchOperation } from '../resource/json-patch.js';
import { asUuid } from '../resource/names.js';
import { plainly } from '../resource/shown.js';
import { DATABASE } from '../tokens.js';

/** What a view of a connector or target needs besides its columns, and changes of it besides that. */
export const volumeParts = { node: { select: { id: true, uuid: true, owner: true, lessee: true } } } as const;

/** The keys of the node of a connector or target. */
export interface VolumeNode {
  readonly id: number;
  readonly uuid: string;
  readonly owner: string | null;
  readonly lessee: string | null;
}

/**
 * The columns that every patch of a connector or target changes besides those of its document.
 * @param node as {@link VolumeNodes.afterPatch} gave it; written only when the patch names it, as a patch at the same
 * time may have moved the object
 */
export function changeOf(patch: readonly PatchOperation[], node: VolumeNode) {
  return {
    ...(valuesFor(patch, '/node_uuid').length === 0 ? {} : { nodeId: node.id }),
    ...(patch.length === 0 ? {} : { updatedAt: new Date() }),
  };
}

/** The nodes of volume connectors and targets, and when these may be changed. */
@Injectable()
export class VolumeNodes {
  readonly #database: Database;
  readonly #finder: NodeFinder;

  constructor(@Inject(DATABASE) database: Database, @Inject(NodeFinder) finder: NodeFinder) {
    this.#database = database;
    this.#finder = finder;
  }

  /** The node that the body of a POST names. @throws ApiError 403 when the caller may not, 400 when there is none */
  async forNew(uuid: string, call: Call): Promise<VolumeNode> {
    const node = await this.#find(uuid);
    call.access.addTo(node ?? undefined);
    if (!node) throw invalid(`Invalid input for field/attribute node_uuid. Value: '${uuid}'. `);
    return node;
  }

  /**
   * The node after a patch, which may name another one of the same owner.
   * @throws ApiError 400 when it may not be that one; the text does not tell whether it exists
   */
  async afterPatch(before: VolumeNode, patch: readonly PatchOperation[], call: Call): Promise<VolumeNode> {
    const wanted = valuesFor(patch, '/node_uuid').map((value) => {
      const uuid = asUuid(value);
      if (uuid === undefined) throw invalid(`Expected a UUID for node_uuid, but received ${plainly(value)}.`);
      return uuid;
    });
    const [uuid] = wanted;
    if (uuid === undefined) return before;
    const node = await this.#find(uuid);
    if (!node || !call.access.may('baremetal:node:get', nodeTarget(node)) || node.owner !== before.owner) {
      throw invalid(`Unable to apply the requested node_uuid '${uuid}'. Requested value was invalid.`);
    }
    return node;
  }

  /**
   * Runs a change with the node locked. It has to be powered off, as it may be using its volumes; an end is also put to
   * connectors and targets of a node that could be deleted itself (Ironic conductor/manager.py update_volume_connector).
   * @param what of Ironic's text: `volume connector`
   * @throws ApiError 400 while it is not powered off, 409 while it is locked
   */
  change<Result>(
    { uuid }: VolumeNode,
    what: string,
    how: 'update' | 'deletion',
    work: (tx: Transaction) => Promise<Result>,
  ): Promise<Result> {
    return this.#finder.exclusive(uuid, async (tx, { node }) => {
      const deletable = deleteAllowed(stateOf(node), { maintenance: false, allowDeletingAvailable: false });
      if (node.powerState !== 'power off' && !(how === 'deletion' && deletable)) {
        throw invalid(
          `The requested action "${what} ${how}" can not be performed on node "${uuid}" ` +
            `while it is in state "${node.powerState ?? 'None'}".`,
        );
      }
      return work(tx);
    });
  }

  #find(uuid: string): Promise<VolumeNode | null> {
    return this.#database.node.findUnique({ where: { uuid }, select: volumeParts.node.select });
  }
}
