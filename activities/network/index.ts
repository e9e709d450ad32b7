import type { NetworkActivities } from '#activities/contract.js';
import { currentContact } from '../contact.js';
import { implementationOf, type ByName } from '../implementations.js';
import { loadNode, type RowAccess } from '../node-context.js';
import type { NetworkImplementation } from './implementation.js';

/** What the network activities work with. */
export interface NetworkDeps extends RowAccess {
  /** By network_interface. */
  readonly implementations: ByName<NetworkImplementation>;
}

/** Networks of a node by its network interface. */
export function createNetworkActivities(deps: NetworkDeps): NetworkActivities {
  const call =
    (method: keyof NetworkImplementation) =>
    async (operationId: string): Promise<void> => {
      const node = await loadNode(deps, operationId);
      await implementationOf(node, 'network', deps.implementations)[method](node, currentContact().signal);
    };
  return {
    addProvisioning: call('addProvisioning'),
    removeProvisioning: call('removeProvisioning'),
    addTenant: call('addTenant'),
    removeTenant: call('removeTenant'),
  };
}
