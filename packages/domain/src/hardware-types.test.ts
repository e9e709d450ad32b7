import { expect, test } from 'vitest';
import {
  defaultInterface,
  enabledByDefault,
  enabledInterfaces,
  hardwareTypes,
  interfaceMinVersions,
  interfaceNames,
  isHardwareType,
} from './hardware-types.js';
import { fieldMinor } from './microversions.js';

/** GET /v1/drivers/{name} of Ironic 39.0.0 with the same implementations enabled: default first, then all enabled, sorted. */
const observed: Record<string, Record<string, [string, string]>> = {
  'fake-hardware': {
    bios: ['fake', 'fake no-bios'],
    boot: ['fake', 'fake ipxe pxe'],
    console: ['fake', 'fake no-console'],
    deploy: ['fake', 'direct fake ramdisk'],
    firmware: ['fake', 'fake no-firmware'],
    inspect: ['fake', 'agent fake no-inspect'],
    management: ['fake', 'fake'],
    network: ['noop', 'noop'],
    power: ['fake', 'fake'],
    raid: ['fake', 'agent fake no-raid'],
    rescue: ['fake', 'agent fake no-rescue'],
    storage: ['noop', 'fake noop'],
    vendor: ['fake', 'fake no-vendor'],
  },
  ipmi: {
    bios: ['no-bios', 'no-bios'],
    boot: ['ipxe', 'ipxe pxe'],
    console: ['ipmitool-socat', 'ipmitool-socat no-console'],
    deploy: ['direct', 'direct ramdisk'],
    firmware: ['no-firmware', 'no-firmware'],
    inspect: ['agent', 'agent no-inspect'],
    management: ['ipmitool', 'ipmitool noop'],
    network: ['noop', 'noop'],
    power: ['ipmitool', 'ipmitool'],
    raid: ['no-raid', 'agent no-raid'],
    rescue: ['no-rescue', 'agent no-rescue'],
    storage: ['noop', 'noop'],
    vendor: ['ipmitool', 'ipmitool no-vendor'],
  },
  redfish: {
    bios: ['redfish', 'no-bios redfish'],
    boot: ['ipxe', 'ipxe pxe redfish-virtual-media'],
    console: ['ipmitool-socat', 'ipmitool-socat no-console'],
    deploy: ['direct', 'direct ramdisk'],
    firmware: ['redfish', 'no-firmware redfish'],
    inspect: ['redfish', 'agent no-inspect redfish'],
    management: ['redfish', 'noop redfish'],
    network: ['noop', 'noop'],
    power: ['redfish', 'redfish'],
    raid: ['redfish', 'agent no-raid redfish'],
    rescue: ['no-rescue', 'agent no-rescue'],
    storage: ['noop', 'noop'],
    vendor: ['redfish', 'no-vendor redfish'],
  },
  'manual-management': {
    bios: ['no-bios', 'no-bios'],
    boot: ['ipxe', 'ipxe pxe'],
    console: ['no-console', 'no-console'],
    deploy: ['direct', 'direct ramdisk'],
    firmware: ['no-firmware', 'no-firmware'],
    inspect: ['agent', 'agent no-inspect'],
    management: ['noop', 'fake noop'],
    network: ['noop', 'noop'],
    power: ['agent', 'agent fake'],
    raid: ['no-raid', 'agent no-raid'],
    rescue: ['no-rescue', 'agent no-rescue'],
    storage: ['noop', 'noop'],
    vendor: ['no-vendor', 'no-vendor'],
  },
};

const cases = Object.entries(observed).flatMap(([driver, interfaces]) =>
  interfaceNames.map((name) => ({ driver, name, default: interfaces[name]?.[0], enabled: interfaces[name]?.[1] })),
);

test.each(cases)('$driver offers $enabled for $name and takes $default by default', (row) => {
  if (!isHardwareType(row.driver)) throw new Error(`${row.driver} is unknown`);
  expect(enabledInterfaces(row.driver, row.name).toSorted().join(' ')).toBe(row.enabled);
  expect(defaultInterface(row.driver, row.name)).toBe(row.default);
});

test('the four drivers are known, others are not', () => {
  expect(Object.keys(hardwareTypes).toSorted()).toEqual(Object.keys(observed).toSorted());
  expect(isHardwareType('idrac')).toBe(false);
});

test('the default follows what is enabled, and is missing when nothing fits', () => {
  const enabled = { ...enabledByDefault, deploy: ['ramdisk', 'autodetect'], power: ['fake'] };
  expect(defaultInterface('ipmi', 'deploy', { enabled })).toBe('autodetect');
  expect(defaultInterface('ipmi', 'power', { enabled })).toBeUndefined();
  expect(defaultInterface('ipmi', 'network', { defaults: { network: 'flat' } })).toBeUndefined();
});

test('driver_info properties are those that Ironic lists', () => {
  expect(Object.keys(hardwareTypes['fake-hardware'].properties)).toEqual(['B1', 'B2']);
  expect(Object.keys(hardwareTypes.ipmi.properties)).toHaveLength(29);
  expect(Object.keys(hardwareTypes.redfish.properties)).toHaveLength(38);
  expect(Object.keys(hardwareTypes['manual-management'].properties)).toHaveLength(12);
  expect(hardwareTypes.ipmi.properties['ipmi_address']).toBe('IP address or hostname of the node. Required.');
});

test('interface fields come with the same version everywhere', () => {
  for (const name of interfaceNames) expect(fieldMinor('node', `${name}_interface`)).toBe(interfaceMinVersions[name]);
});
