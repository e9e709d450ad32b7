import type { NodeView } from '../node-context.js';
import { bmcPlace, type Bmc, type BmcClient } from './bmc.js';
import { bmcTargetOf } from './driver-info.js';
import type { PowerImplementation } from './implementation.js';
import { fromIpmi } from './ipmi-errors.js';

/** The `ipmitool` power interface: Ironic's name for IPMI; no ipmitool runs, ipmi-client speaks RMCP+ itself. */
export function ipmiPower(client: BmcClient): PowerImplementation {
  return {
    place: (node) => bmcPlace(bmcTargetOf(node)),
    async read(node, limits) {
      const { poweredOn } = await askBmc(client, node, (bmc) => bmc.getChassisStatus(limits));
      return poweredOn ? 'power on' : 'power off';
    },
    async set(node, action, limits) {
      await askBmc(client, node, (bmc) => bmc.chassisControl(action, limits));
      return null;
    },
  };
}

/** One call to the BMC of a node. @throws one of our errors, or OutcomeUnknown, in place of ipmi-client's */
export async function askBmc<T>(client: BmcClient, node: NodeView, ask: (bmc: Bmc) => Promise<T>): Promise<T> {
  const target = bmcTargetOf(node);
  try {
    return await ask(client.bmc(target));
  } catch (error) {
    throw fromIpmi(error, target);
  }
}
