import { describe, expect, test } from 'vitest';
import { defaultInterface, interfaceNames, type HardwareTypeName, type InterfaceName } from '#domain/hardware-types.js';
import type { NodeInterfaces } from '../nodes/node.columns.js';
import { deployVerbReason } from './deploy.js';
import { validateInterfaces } from './interfaces.js';
import type { ValidatedNode } from './validated-node.js';

const uuid = '11111111-2222-4333-8444-555555555555';
const bmc = { ipmi_address: '192.0.2.1', ipmi_username: 'u', ipmi_password: 'p' };
const ramdisk = { deploy_kernel: 'http://192.0.2.9/k', deploy_ramdisk: 'http://192.0.2.9/r' };
const image = { image_source: 'http://192.0.2.9/disk.raw', image_checksum: '0123' };
const noPort = `Node ${uuid} does not have any port associated with it`;

function node(
  driver: HardwareTypeName,
  changes: Partial<ValidatedNode> = {},
  chosen: Partial<Record<InterfaceName, string>> = {},
): ValidatedNode {
  const interfaces = Object.fromEntries(
    interfaceNames.map((name) => [name, chosen[name] ?? defaultInterface(driver, name) ?? '']),
  ) as NodeInterfaces;
  return {
    uuid,
    driver,
    interfaces,
    driverInfo: {},
    instanceInfo: {},
    properties: {},
    targetRaidConfig: {},
    ports: 1,
    traits: [],
    ...changes,
  };
}

/** Reasons by interface; those that can be used are left out. */
function reasons(subject: ValidatedNode): Record<string, string | undefined> {
  const wrong = Object.entries(validateInterfaces(subject)).filter(([, { result }]) => !result);
  return Object.fromEntries(wrong.map(([name, { reason }]) => [name, reason]));
}

// All texts as observed on Ironic 39.0.0.
describe('interfaces of a node', () => {
  test('fake-hardware needs nothing', () => {
    expect(reasons(node('fake-hardware', { ports: 0 }))).toEqual({});
  });

  test('a RAID target has to be one that can be carried out', () => {
    const targetRaidConfig = { logical_disks: [{ size_gb: 1 }] };
    expect(reasons(node('fake-hardware', { targetRaidConfig }))).toEqual({
      raid: "RAID config validation error: 'raid_level' is a required property",
    });
  });

  test('ipmi without anything', () => {
    const credentials = "Missing the following IPMI credentials in node's driver_info: ['ipmi_address'].";
    expect(reasons(node('ipmi', { ports: 0 }))).toEqual({
      bios: 'Driver ipmi does not support bios (disabled or not implemented).',
      boot: noPort,
      console: credentials,
      deploy: noPort,
      firmware: 'Driver ipmi does not support firmware (disabled or not implemented).',
      management: credentials,
      power: credentials,
      raid: 'Driver ipmi does not support raid (disabled or not implemented).',
      rescue: 'Driver ipmi does not support rescue (disabled or not implemented).',
    });
  });

  test('a ramdisk that is named by half', () => {
    const { boot, deploy } = reasons(node('ipmi', { driverInfo: { ...bmc, deploy_kernel: 'x' } }));
    expect(boot).toBe(
      "Cannot validate PXE bootloader. Some parameters were missing in node's driver_info and configuration. Missing are: ['deploy_kernel', 'deploy_ramdisk']",
    );
    expect(deploy).toBe(boot);
  });

  test('an image is asked for last', () => {
    const ready = { driverInfo: { ...bmc, ...ramdisk } };
    expect(reasons(node('ipmi', ready))['deploy']).toBe(
      `Node ${uuid} failed to validate deploy image info. Some parameters were missing. Missing are: ['instance_info.image_source']`,
    );
    expect(reasons(node('ipmi', { ...ready, instanceInfo: { image_source: image.image_source } }))['deploy']).toBe(
      `image_source's "image_checksum", or "image_os_hash_algo" and "image_os_hash_value" must be provided in instance_info for node ${uuid}`,
    );
    expect(reasons(node('ipmi', { ...ready, instanceInfo: image }))).not.toHaveProperty('deploy');
  });

  test.each([
    [{ ipmi_port: '99999' }, 'ipmi_port "99999" is not a valid port.'],
    [{ ipmi_port: 'abc' }, 'ipmi_port "abc" is not a valid port.'],
    [
      { ipmi_priv_level: 'FOO' },
      'Invalid privilege level value:FOO, the valid value can be one of ADMINISTRATOR, CALLBACK, OPERATOR, USER',
    ],
    [{ ipmi_protocol_version: '3' }, 'Invalid IPMI protocol version value 3, the valid value can be one of 2.0, 1.5'],
    [{ ipmi_bridging: 'single' }, "['ipmi_target_channel', 'ipmi_target_address'] not provided"],
    [{ ipmi_cipher_suite: 'zz' }, 'Invalid cipher suite zz, expected a number'],
    [{ ipmi_hex_kg_key: '123' }, 'Number of ipmi_hex_kg_key characters is not even'],
  ])('ipmi with %o', (more, text) => {
    const { power, management } = reasons(node('ipmi', { driverInfo: { ...bmc, ...more } }));
    expect([power, management]).toEqual([text, text]);
  });

  test('a BMC key never shows up in a reason', () => {
    const found = reasons(node('ipmi', { driverInfo: { ...bmc, ipmi_hex_kg_key: 'nothexatall!' } }));
    expect(JSON.stringify(found)).not.toContain('nothexatall');
  });

  test.each([
    [{ root_device: { size: 'x' } }, 'Root device hint "size" is not an integer value. Current value: x'],
    [{ root_device: { foo: 'x' } }, 'The hints "foo" are invalid.'],
  ])('root device hints %o', (properties, text) => {
    const ready = { driverInfo: { ...bmc, ...ramdisk }, instanceInfo: image };
    expect(reasons(node('ipmi', { ...ready, properties }))['deploy']).toContain(text);
    expect(
      reasons(node('ipmi', { ...ready, properties: { root_device: { size: '> 10' } } }))['deploy'],
    ).toBeUndefined();
  });

  test('instance traits have to be the node’s', () => {
    const instanceInfo = { traits: ['CUSTOM_X'] };
    expect(reasons(node('fake-hardware', { instanceInfo }))).toEqual({
      deploy: `Cannot specify instance traits that are not also set on the node. Node ${uuid} is missing traits CUSTOM_X`,
    });
    expect(reasons(node('fake-hardware', { instanceInfo, traits: ['CUSTOM_X'] }))).toEqual({});
  });

  test('manual-management has no power without fast track', () => {
    expect(reasons(node('manual-management'))['power']).toBe(
      'Fast track mode must be enabled to use the agent power interface',
    );
  });

  test('redfish needs an address', () => {
    expect(reasons(node('redfish'))['power']).toBe(
      `Missing the following Redfish properties in node ${uuid} driver_info: ['redfish_address']`,
    );
    expect(reasons(node('redfish', { driverInfo: { redfish_address: '192.0.2.1' } }))['power']).toBeUndefined();
  });
});

describe('the verb active', () => {
  test('is refused with the driver’s reason', () => {
    expect(deployVerbReason(node('ipmi'), [])).toContain(
      `Failed to validate deploy or power info for node ${uuid}: Missing the following IPMI credentials`,
    );
  });

  test('cannot replace a core step', () => {
    const steps = [{ interface: 'deploy', step: 'deploy', args: {}, priority: 10 }];
    expect(deployVerbReason(node('fake-hardware'), steps)).toBe(
      `Failed to validate deploy or power info for node ${uuid}: Validation of deploy steps from "deploy steps" argument failed.deploy step deploy on interface deploy is a core step and cannot be overridden by user steps. It may be disabled by setting the priority to 0`,
    );
  });
});
