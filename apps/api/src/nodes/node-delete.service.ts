import { Inject, Injectable } from '@nestjs/common';
import { stateOf, type LockedNode } from '#database/operations.js';
import { allProvisionStates, deleteAllowed } from '#domain/states.js';
import { nodeTarget } from '../auth/access.js';
import { conflict, forbidden } from '../errors/api-error.js';
import type { ApiConfig } from '../config.js';
import type { Call } from '../http/call.js';
import { CONFIG } from '../tokens.js';
import { NodeFinder } from './node-finder.js';

/** DELETE /v1/nodes/{ident}; ports, portgroups, traits, allocation, history and operations go with the row. */
@Injectable()
export class NodeDeleteService {
  readonly #finder: NodeFinder;
  readonly #config: ApiConfig;

  constructor(@Inject(NodeFinder) finder: NodeFinder, @Inject(CONFIG) config: ApiConfig) {
    this.#finder = finder;
    this.#config = config;
  }

  async delete(ident: string, call: Call): Promise<void> {
    const { uuid, ...owned } = await this.#finder.identity(ident, call, ['baremetal:node:get']);
    if (!call.access.may('baremetal:node:delete', nodeTarget(owned))) {
      call.access.demand('baremetal:node:delete:self_owned_node', nodeTarget(owned));
    }
    await this.#finder.exclusive(uuid, async (tx, locked) => {
      refuseDeletion(locked, this.#config.options.conductor.allow_deleting_available_nodes);
      // Before their portgroups, which do not go while they have ports.
      await tx.port.deleteMany({ where: { nodeId: locked.node.id } });
      await tx.allocation.deleteMany({ where: { nodeId: locked.node.id } });
      await tx.node.delete({ where: { id: locked.node.id } });
    });
  }
}

/** @throws ApiError 403 or 409 (Ironic conductor/manager.py destroy_node) */
function refuseDeletion({ node }: LockedNode, allowDeletingAvailable: boolean): void {
  const { uuid, maintenance } = node;
  if (!maintenance && node.instanceUuid !== null) {
    throw conflict(`Node ${uuid} is associated with instance ${node.instanceUuid}.`);
  }
  if (node.protected) throw nodeProtected(uuid);
  const state = stateOf(node);
  if (deleteAllowed(state, { maintenance, allowDeletingAvailable })) return;
  const valid = allProvisionStates.filter((name) =>
    deleteAllowed(name, { maintenance: false, allowDeletingAvailable }),
  );
  throw conflict(
    `Can not delete node "${uuid}" while it is in provision state "${state}". Valid provision states to perform ` +
      `deletion are: "(${valid.map((name) => `'${name}'`).join(', ')})", or set the node into maintenance mode`,
  );
}

/** Ironic's NodeProtected. */
function nodeProtected(uuid: string) {
  return forbidden(`Node ${uuid} is protected and cannot be undeployed, rebuilt or deleted`);
}
