import type { Images, Machine } from './fleet-client.js';
import type { DemoNode, IronicClient, PatchEntry } from './ironic-client.js';

const GIB = 1_073_741_824;

/** Has a node and its port for a machine; one from an earlier run is used again. May be repeated. */
export async function enroll(ironic: IronicClient, machine: Machine, images: Images): Promise<DemoNode> {
  const wanted = driverInfo(machine, images);
  const existing = await ironic.findNode(machine.name);
  const node = existing ?? (await ironic.createNode(nodeBody(machine, wanted)));
  if (existing) await correct(ironic, existing, wanted);
  if (!(await ironic.hasPort(machine.mac))) await ironic.createPort(node.uuid, machine.mac);
  return node;
}

function nodeBody(machine: Machine, driver_info: Readonly<Record<string, unknown>>): object {
  return {
    name: machine.name,
    driver: 'ipmi',
    driver_info,
    network_interface: 'noop',
    resource_class: 'simulated',
    properties: {
      cpu_arch: machine.cpuArch,
      cpus: machine.cpus,
      memory_mb: machine.memoryMb,
      local_gb: Math.floor(machine.diskBytes / GIB),
      capabilities: 'boot_mode:uefi',
    },
  };
}

function driverInfo({ bmc }: Machine, images: Images): Readonly<Record<string, unknown>> {
  return {
    ipmi_address: bmc.address,
    ipmi_port: bmc.port,
    ipmi_username: bmc.username,
    ipmi_password: bmc.password,
    deploy_kernel: images.kernel.url,
    deploy_ramdisk: images.ramdisk.url,
  };
}

/** The fleet's ports may differ from those of the last run. The password cannot be compared, as it is masked. */
async function correct(ironic: IronicClient, node: DemoNode, wanted: Readonly<Record<string, unknown>>): Promise<void> {
  const patch: PatchEntry[] = Object.entries(wanted)
    .filter(([key, value]) => key !== 'ipmi_password' && node.driver_info[key] !== value)
    .map(([key, value]) => ({ op: 'add', path: `/driver_info/${key}`, value }));
  if (patch.length === 0) return;
  patch.push({ op: 'add', path: '/driver_info/ipmi_password', value: wanted['ipmi_password'] });
  await ironic.patchNode(node.uuid, patch);
}
