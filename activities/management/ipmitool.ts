import { bootModeOf } from '../boot-mode.js';
import { textOf } from '../json.js';
import type { NodeView } from '../node-context.js';
import { bmcPlace, type BmcClient } from '../power/bmc.js';
import { bmcTargetOf } from '../power/driver-info.js';
import { askBmc } from '../power/ipmitool.js';
import type { BootTarget, ManagementImplementation } from './implementation.js';

/** The `ipmitool` management interface: IPMI boot flags, with the UEFI bit by the node's boot mode. */
export function ipmiManagement(client: BmcClient): ManagementImplementation {
  return {
    bootDevices: ['pxe', 'disk', 'cdrom', 'bios', 'safe'],
    async getBootDevice(node, limits) {
      const flags = await askBmc(client, node, (bmc) => bmc.getBootDevice(limits));
      const device = nameOf(flags.device);
      if (!flags.valid || device === null) return { boot_device: null, persistent: null };
      return { boot_device: device, persistent: flags.persistent };
    },
    async setBootDevice(node, device, { persistent, signal, deadlineMs }) {
      const efi = bootModeOf(node) === 'uefi';
      const selector = selectorOf(node, device, efi);
      await askBmc(client, node, (bmc) => bmc.setBootDevice(selector, { persistent, efi, signal, deadlineMs }));
      const how = `${efi ? 'UEFI' : 'BIOS'}, ${persistent ? 'persistent' : 'next boot only'}`;
      return `boot device ${device} (${how}) set on ${bmcPlace(bmcTargetOf(node))}`;
    },
    injectNmi: (node, limits) => askBmc(client, node, (bmc) => bmc.chassisControl('nmi', limits)),
  };
}

/** Supermicro boards in UEFI mode name the disk 24h (Ironic ipmitool.py _vendor_aware_boot_device_map). */
function selectorOf(node: NodeView, device: BootTarget, efi: boolean): BootTarget | 'remote-media' {
  const supermicro = textOf(node.properties, 'vendor')?.toLowerCase() === 'supermicro';
  return device === 'disk' && efi && supermicro ? 'remote-media' : device;
}

/** Ironic's name of what the BMC reports; null for devices that Ironic does not name. */
function nameOf(device: string): BootTarget | null {
  switch (device) {
    case 'pxe':
    case 'disk':
    case 'cdrom':
    case 'bios':
    case 'safe':
      return device;
    case 'remote-media':
      return 'disk';
    default:
      return null;
  }
}
