import { shown } from '../resource/shown.js';
import { textOf, type Reason, type ValidatedNode } from './validated-node.js';

/** What is wrong with driver_info for the redfish interfaces (Ironic drivers/modules/redfish/utils.py parse_driver_info). */
export function redfishReason(node: ValidatedNode): Reason {
  const { uuid, driverInfo } = node;
  const address = textOf(driverInfo, 'redfish_address');
  if (address === undefined) {
    return `Missing the following Redfish properties in node ${uuid} driver_info: ['redfish_address']`;
  }
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `https://${address}`;
  if (!hasHost(url)) return `Invalid Redfish address ${url} set in driver_info/redfish_address on node ${uuid}`;
  const system = driverInfo['redfish_system_id'];
  if (system !== undefined && system !== null && typeof system !== 'string') {
    return (
      `Invalid value "${shown(system)}" set in driver_info/redfish_system_id on node ${uuid}. The value should be a ` +
      'path (string) to the resource that the driver will interact with. For example: /redfish/v1/Systems/1'
    );
  }
  const authentication = textOf(driverInfo, 'redfish_auth_type');
  if (authentication !== undefined && !['basic', 'session', 'auto'].includes(authentication)) {
    return (
      `Invalid value "${authentication}" set in driver_info/redfish_auth_type on node ${uuid}. The value should be one ` +
      'of "basic", "session" or "auto".'
    );
  }
  return undefined;
}

function hasHost(url: string): boolean {
  try {
    return new URL(url).hostname !== '' && !/\s/.test(url) && !/^[a-z]+:\/\/\//i.test(url);
  } catch {
    return false;
  }
}
