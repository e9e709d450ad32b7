import { describe, expect, it } from 'vitest';
import { chooseForVif, holderOfVif, type VifPort, type VifPortgroup } from './vif-selection.js';

const port = (id: number, facts: Partial<VifPort> = {}): VifPort => ({
  id,
  uuid: `port-${id}`,
  portgroupId: null,
  pxeEnabled: true,
  physicalNetwork: null,
  vif: undefined,
  ...facts,
});
const group = (id: number, vif?: string): VifPortgroup => ({ id, uuid: `group-${id}`, vif });

function choice(ports: VifPort[], portgroups: VifPortgroup[] = [], wanted: object = {}): string {
  const chosen = chooseForVif({ id: 'v', ...wanted }, { ports, portgroups });
  return chosen.kind === 'refused' ? `${chosen.status} ${chosen.text}` : chosen.uuid;
}

const noneFree = '400 Unable to attach VIF v, not enough free physical ports.';

describe('a VIF goes', () => {
  it('to the oldest free port that boots from the network', () => {
    expect(choice([port(1, { pxeEnabled: false }), port(2, { vif: 'other' }), port(3), port(4)])).toBe('port-3');
    expect(choice([port(1, { pxeEnabled: false })])).toBe('port-1');
  });

  it('to a free portgroup with ports before any port', () => {
    expect(choice([port(1), port(2, { portgroupId: 7 })], [group(7)])).toBe('group-7');
  });

  it('not to an empty portgroup, nor to one that has a VIF', () => {
    expect(choice([port(1)], [group(7)])).toBe('port-1');
    expect(choice([port(1), port(2, { portgroupId: 7 })], [group(7, 'other')])).toBe('port-1');
    expect(choice([port(2, { portgroupId: 7 })], [group(7, 'other')])).toBe(noneFree);
  });

  it('to a single port of a portgroup once another of its ports has a VIF', () => {
    const ports = [port(1, { portgroupId: 7, vif: 'other' }), port(2, { portgroupId: 7 })];
    expect(choice(ports, [group(7)])).toBe('port-2');
  });

  it('to the port or portgroup that was named, or nowhere', () => {
    const ports = [port(1), port(2), port(3, { portgroupId: 7 })];
    expect(choice(ports, [group(7)], { portUuid: 'port-2' })).toBe('port-2');
    expect(choice(ports, [group(7), group(8)], { portgroupUuid: 'group-7' })).toBe('group-7');
    expect(choice(ports, [group(7), group(8)], { portgroupUuid: 'group-8' })).toBe(noneFree);
    expect(choice(ports, [], { portUuid: 'port-9' })).toBe(noneFree);
  });

  it('nowhere twice', () => {
    expect(choice([port(1, { vif: 'v' }), port(2)])).toBe(
      '409 Unable to attach VIF because VIF v is already attached to Ironic Port port-1',
    );
    expect(choice([port(2, { portgroupId: 7 })], [group(7, 'v')])).toMatch(/^409 .* Ironic Portgroup group-7$/);
    expect(choice([])).toBe(noneFree);
  });
});

it('the holder of a VIF is found among portgroups and ports', () => {
  const candidates = { ports: [port(1, { vif: 'a' })], portgroups: [group(7, 'b')] };
  expect(holderOfVif('a', candidates)).toEqual({ kind: 'port', id: 1 });
  expect(holderOfVif('b', candidates)).toEqual({ kind: 'portgroup', id: 7 });
  expect(holderOfVif('c', candidates)).toBeUndefined();
});
