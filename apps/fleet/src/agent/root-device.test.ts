import { describe, expect, it } from 'vitest';
import { matchesHint } from './root-device.js';
import type { BlockDevice } from './inventory.js';

const device: BlockDevice = {
  name: '/dev/vda',
  model: 'FLEET-SSD',
  size: 20 * 2 ** 30 + 5,
  rotational: false,
  wwn: '0x5000c5007e0001',
  serial: 'FLEET00001-D1',
  vendor: 'Fleet',
  wwn_with_extension: '0x5000c5007e0001',
  wwn_vendor_extension: null,
  hctl: '0:0:0:0',
  by_path: '/dev/disk/by-path/pci-0000:00:05.0',
  logical_sectors: 512,
  physical_sectors: 512,
  tran: 'sata',
};

describe('a root device hint', () => {
  it.each([
    ['size', 20, true],
    ['size', '= 10', true],
    ['size', '>= 21', false],
    ['size', '< 21', true],
    ['size', '!= 20', false],
    ['rotational', false, true],
    ['rotational', 'True', false],
    ['name', '/dev/vda', true],
    ['model', 'fleet-ssd', true],
    ['vendor', 's!= fleet', false],
    ['serial', '<in> 00001', true],
    ['tran', '<or> nvme <or> sata', true],
    ['tran', '<or> nvme <or> usb', false],
    ['hctl', '1:0:0:0', false],
    ['frob', 'x', false],
  ])('%s %s: %s', (name, hint, expected) => {
    expect(matchesHint(device, name, hint)).toBe(expected);
  });
});
