import { bootModeOf } from '../boot-mode.js';
import { textOf } from '../json.js';
import type { NodeContext } from '../node-context.js';
import { bmcPlace, type BmcClient } from '../power/bmc.js';
import { bmcTargetOf } from '../power/driver-info.js';
import { askBmc } from '../power/ipmitool.js';
import type { BootTarget, ManagementImplementation } from './implementation.js';

/** The `ipmitool` management interface: IPMI boot flags, with the UEFI bit by the node's boot mode (boot.md §4). */
export function ipmiManagement(client: BmcClient): ManagementImplementation {
  return {
    async setBootDevice(node, device, { persistent, signal, deadlineMs }) {
      const efi = bootModeOf(node) === 'uefi';
      const selector = selectorOf(node, device, efi);
      await askBmc(client, node, (bmc) => bmc.setBootDevice(selector, { persistent, efi, signal, deadlineMs }));
      const how = `${efi ? 'UEFI' : 'BIOS'}, ${persistent ? 'persistent' : 'next boot only'}`;
      return `boot device ${device} (${how}) set on ${bmcPlace(bmcTargetOf(node))}`;
    },
  };
}

/** Supermicro boards in UEFI mode name the disk 24h (Ironic ipmitool.py _vendor_aware_boot_device_map). */
function selectorOf(node: NodeContext, device: BootTarget, efi: boolean): BootTarget | 'remote-media' {
  const supermicro = textOf(node.properties, 'vendor')?.toLowerCase() === 'supermicro';
  return device === 'disk' && efi && supermicro ? 'remote-media' : device;
}
