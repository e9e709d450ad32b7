import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../resource/json-types.js';
import { raidConfigRefused } from './raid-config.js';

const disk = { size_gb: 1, raid_level: '1' };

/** The reason, for a configuration of these disks. */
function refused(...disks: unknown[]): string | undefined {
  // Whatever JSON a client sends.
  return raidConfigRefused({ logical_disks: disks } as JsonObject)?.replace('RAID config validation error: ', '');
}

describe('a RAID configuration', () => {
  it('of complete disks is taken', () => {
    expect(
      refused({ size_gb: 'MAX', raid_level: '5+0', is_root_volume: true, disk_type: 'ssd' }, disk),
    ).toBeUndefined();
    expect(refused({ ...disk, controller: 'c', physical_disks: ['a'] })).toBeUndefined();
    expect(refused({ ...disk, controller: 'c', physical_disks: [{}, {}] })).toBeUndefined();
  });

  // Texts of Ironic 39.
  it.for<[unknown, string]>([
    [{ size_gb: -5, raid_level: '1' }, '-5 is less than the minimum of 0'],
    [{ size_gb: 1.5, raid_level: '1' }, '1.5 is not valid under any of the given schemas'],
    [{ size_gb: true, raid_level: '1' }, 'True is not valid under any of the given schemas'],
    [{ size_gb: 'x', raid_level: '99' }, "'x' is not one of ['MAX']"],
    [{ size_gb: 'x' }, "'raid_level' is a required property"],
    [{}, "'raid_level' is a required property"],
    [5, "5 is not of type 'object'"],
    [{ ...disk, raid_level: 1 }, "1 is not of type 'string'"],
    [{ ...disk, x: 2, y: 1 }, "Additional properties are not allowed ('x', 'y' were unexpected)"],
    [{ ...disk, is_root_volume: 'x' }, "'x' is not of type 'boolean'"],
    [{ ...disk, number_of_physical_disks: 0 }, '0 is less than or equal to the minimum of 0'],
    [{ ...disk, physical_disks: ['a'] }, "'controller' is a dependency of 'physical_disks'"],
    [{ ...disk, controller: 'c', physical_disks: [1] }, '[1] is not valid under any of the given schemas'],
    [{ ...disk, controller: 'c', physical_disks: [{}] }, "{} is not of type 'string'"],
    [{ ...disk, controller: 'c', physical_disks: ['a', {}] }, "'a' is not of type 'object'"],
    [
      { ...disk, raid_level: '99', disk_type: 'zz' },
      "'99' is not one of ['JBOD', '0', '1', '2', '5', '6', '1+0', '5+0', '6+0']",
    ],
  ])('with the disk %j is refused: %s', ([given, text]) => {
    expect(refused(given)).toBe(text);
  });

  it('tells the shallowest problem, and of those of one depth the last', () => {
    expect(refused({ ...disk, raid_level: '99' }, { size_gb: 1 })).toBe("'raid_level' is a required property");
    expect(refused({ ...disk, raid_level: '99' }, { size_gb: 'y', raid_level: '98' })).toBe(
      "'y' is not one of ['MAX']",
    );
    expect(raidConfigRefused({ foo: 1, logical_disks: [] })).toContain("('foo' was unexpected)");
    expect(raidConfigRefused({ foo: 1 })).toContain("'logical_disks' is a required property");
    expect(raidConfigRefused({ logical_disks: {} })).toContain("{} is not of type 'array'");
  });

  it('has one root volume', () => {
    expect(refused({ ...disk, is_root_volume: true }, { ...disk, is_root_volume: true })).toBe(
      'Raid config cannot have more than one root volume. 2 root volumes were specified',
    );
  });
});
