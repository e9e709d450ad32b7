import type { Api } from './api.js';
import type { FleetControl, Machine } from './fleet.js';

/** What is wanted of a node besides what its machine's delivery note says. */
export interface EnrollOptions {
  readonly driverInfo?: Readonly<Record<string, unknown>>;
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Default false: a node becomes available at once. */
  readonly automatedClean?: boolean;
}

/** Creates a machine's node, named like the machine, and its port. */
export async function enroll(
  api: Api,
  fleet: FleetControl,
  machine: Machine,
  { driverInfo = {}, extra = {}, automatedClean = false }: EnrollOptions = {},
): Promise<void> {
  const { address, port, username, password } = machine.bmc;
  await api.call('POST', '/v1/nodes', {
    name: machine.name,
    driver: 'ipmi',
    driver_info: {
      ipmi_address: address,
      ipmi_port: port,
      ipmi_username: username,
      ipmi_password: password,
      deploy_kernel: (await fleet.image('kernel')).url,
      deploy_ramdisk: (await fleet.image('ramdisk')).url,
      ...driverInfo,
    },
    network_interface: 'noop',
    properties: { cpu_arch: 'x86_64', capabilities: 'boot_mode:uefi' },
    automated_clean: automatedClean,
    extra,
  });
  const { uuid } = await api.node(machine.name);
  await api.call('POST', '/v1/ports', { node_uuid: uuid, address: machine.mac });
}

/** Takes a node from `enroll` to `available`; it must not want to be cleaned. */
export async function makeAvailable(api: Api, name: string): Promise<void> {
  await api.provision(name, 'manage');
  await api.waitForState(name, 'manageable', 30);
  await api.provision(name, 'provide');
  await api.waitForState(name, 'available', 60);
}

/** Chooses the fleet's disk image, with a checksum that fits unless another is given. */
export async function chooseImage(api: Api, fleet: FleetControl, name: string, sha256?: string): Promise<void> {
  const image = await fleet.image('disk');
  await api.patch(name, {
    '/instance_info/image_source': image.url,
    '/instance_info/image_os_hash_algo': 'sha256',
    '/instance_info/image_os_hash_value': sha256 ?? image.sha256,
  });
}

/** Asks for a deploy of the fleet's image. */
export async function askForDeploy(
  api: Api,
  fleet: FleetControl,
  name: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await chooseImage(api, fleet, name);
  await api.provision(name, 'active', more);
}
