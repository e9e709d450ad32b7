import { ipmiReason } from './ipmi.js';
import { redfishReason } from './redfish.js';
import type { Reason, ValidatedNode } from './validated-node.js';

/** Why the power interface cannot be used. */
export function powerReason(node: ValidatedNode): Reason {
  switch (node.interfaces.power) {
    case 'ipmitool':
      return ipmiReason(node);
    case 'redfish':
      return redfishReason(node);
    case 'agent':
      if (node.driverInfo['fast_track'] !== true) {
        return 'Fast track mode must be enabled to use the agent power interface';
      }
      return `Agent seems offline for node ${node.uuid}, the agent power interface cannot be used`;
    default:
      return undefined;
  }
}

/** Why the management interface cannot be used. */
export function managementReason(node: ValidatedNode): Reason {
  switch (node.interfaces.management) {
    case 'ipmitool':
      return ipmiReason(node);
    case 'redfish':
      return redfishReason(node);
    default:
      return undefined;
  }
}
