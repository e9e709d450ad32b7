import type { KernelParameters } from './kernel-parameters.js';
import type { RamdiskHost } from './ramdisk-host.js';

/** A block device as the agent lists it. */
export interface BlockDevice {
  readonly name: string;
  readonly model: string;
  /** Bytes. */
  readonly size: number;
  readonly rotational: boolean;
  readonly wwn: string;
  readonly serial: string;
  readonly vendor: string;
  readonly wwn_with_extension: string;
  readonly wwn_vendor_extension: null;
  readonly hctl: string;
  readonly by_path: string;
  readonly logical_sectors: number;
  readonly physical_sectors: number;
  readonly tran: string;
}

/** The disks of a machine: one. */
export function blockDevices({ identity, disk }: RamdiskHost): readonly BlockDevice[] {
  const wwn = `0x5000c500${identity.mac.replaceAll(':', '').slice(-8)}`;
  return [
    {
      name: disk.device,
      model: 'FLEET-SSD',
      size: disk.sizeBytes,
      rotational: false,
      wwn,
      serial: `${identity.serial}-D1`,
      vendor: 'Fleet',
      wwn_with_extension: wwn,
      wwn_vendor_extension: null,
      hctl: '0:0:0:0',
      by_path: '/dev/disk/by-path/pci-0000:00:05.0',
      logical_sectors: 512,
      physical_sectors: 512,
      tran: 'sata',
    },
  ];
}

/** The hardware inventory: result of `poll.get_hardware_info`, and the heart of inspection data. */
export function inventory(host: RamdiskHost, parameters: KernelParameters): Record<string, unknown> {
  const { identity, bootMode } = host;
  return {
    interfaces: [
      {
        name: 'eth0',
        mac_address: identity.mac,
        ipv4_address: leaseOf(identity.mac),
        ipv6_address: null,
        has_carrier: true,
        lldp: null,
        vendor: '0x1af4',
        product: '0x0001',
        client_id: null,
        biosdevname: null,
        speed_mbps: 10_000,
        pci_address: '0000:00:03.0',
        driver: 'virtio_net',
      },
    ],
    cpu: {
      model_name: 'Fleet Simulated CPU @ 2.40GHz',
      frequency: '2400.0000',
      count: identity.cpus,
      architecture: identity.cpuArch,
      flags: ['fpu', 'sse2', 'vmx', 'lm'],
      socket_count: 1,
    },
    disks: blockDevices(host),
    memory: { total: identity.memoryMb * 1_048_576, physical_mb: identity.memoryMb },
    bmc_address: identity.bmc.address,
    bmc_v6address: '::/0',
    system_vendor: {
      product_name: 'Fleet Machine',
      serial_number: identity.serial,
      manufacturer: 'Fleet',
      firmware: { vendor: 'Fleet', version: '1.0', build_date: '01/01/2026' },
    },
    boot: { current_boot_mode: bootMode, pxe_interface: parameters.get('BOOTIF') ?? null },
    hostname: identity.name,
  };
}

/**
 * The address that a DHCP server would have given to the NIC, from the range for test networks (RFC 2544). Not the one
 * that the agent serves on: provisioners drop NICs with loopback addresses.
 */
function leaseOf(mac: string): string {
  const [high = 0, low = 0] = mac
    .split(':')
    .slice(-2)
    .map((byte) => Number.parseInt(byte, 16));
  return `198.18.${high}.${low}`;
}
