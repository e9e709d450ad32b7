import type { Node } from '#database/generated/client.js';
import { canManage, unsupportedText, type ManagementFunction } from '#domain/management-interfaces.js';
import type { Reason } from './validated-node.js';

/** Why the node cannot be asked for a function that not every management interface has. */
export function functionReason(
  { driver, managementInterface }: Pick<Node, 'driver' | 'managementInterface'>,
  wanted: ManagementFunction,
): Reason {
  return canManage(managementInterface, wanted) ? undefined : unsupportedText(driver, wanted);
}
