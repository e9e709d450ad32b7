import type { Json } from '#database/secrets.js';
import { BmcUnreachable, NodeInvalid } from '#domain/errors.js';
import type { CallsOf } from '#domain/node-calls.js';
import { currentContact } from '../contact.js';
import { implementationOf, type ByName } from '../implementations.js';
import { jsonObject } from '../json.js';
import { loadNodeByUuid, type RowAccess } from '../node-context.js';
import { OutcomeUnknown } from '../power/implementation.js';
import type { VendorImplementation } from './implementation.js';

/** What the vendor activity works with. */
export interface VendorDeps extends RowAccess {
  /** By vendor_interface. The worker's local activities know `fake` only. */
  readonly implementations: ByName<VendorImplementation>;
  /** For one request to a BMC. */
  readonly deadlineMs?: number;
}

/**
 * Vendor methods of a node. Not repeatable: nobody knows what a method does. The arguments are sealed JSON, since they
 * may hold secrets; results are kept in Temporal's history and must not.
 */
export function createVendorCalls(deps: VendorDeps): CallsOf<'vendor'> {
  return {
    async call(nodeUuid, method, sealedArgs) {
      const node = await loadNodeByUuid(deps, nodeUuid);
      const methods = implementationOf(node, 'vendor', deps.implementations);
      const call = Object.hasOwn(methods, method) ? methods[method] : undefined;
      if (call === undefined) {
        throw new NodeInvalid(`No handler for method ${method}`, { hint: 'ask for the methods of this node first' });
      }
      const args: unknown = JSON.parse(deps.secrets.open(sealedArgs));
      const limits = { signal: currentContact().signal, deadlineMs: deps.deadlineMs ?? 12_000 };
      return call(node, jsonObject(args), limits).catch((error: unknown): Json => {
        if (!(error instanceof OutcomeUnknown)) throw error;
        throw new BmcUnreachable(`The answer to ${method} for node ${nodeUuid} was lost, so it may have been done`, {
          hint: 'look at the machine before you call it again',
          cause: error,
        });
      });
    },
  };
}
