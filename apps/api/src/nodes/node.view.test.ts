import { describe, expect, test } from 'vitest';
import { Prisma } from '#database/generated/client.js';
import { nodeFields } from '#domain/node-fields.js';
import { fieldMinor, maxMinor } from '#domain/microversions.js';
import { LiveConductors } from '../conductors/live-conductors.js';
import { nodeResource } from './node.schema.js';
import { nodeView, reservationOf, shortNodeView, statesView } from './node.view.js';
import type { NodeRow } from './node.rows.js';

const worker = {
  id: 1,
  hostname: 'w1',
  conductorGroup: '',
  drivers: [],
  interfaces: {},
  online: true,
  createdAt: new Date(),
  updatedAt: new Date(),
};
const conductors = new LiveConductors([worker], 'localhost');

function context(minor: number) {
  return { minor, base: 'http://api', conductors, access: { hides: () => false } };
}

/** A row as the database gives it. */
function row(changes: Partial<NodeRow> = {}): NodeRow {
  const nothing = Object.fromEntries(Object.keys(Prisma.NodeScalarFieldEnum).map((name) => [name, null]));
  const node = {
    ...nothing,
    id: 1,
    uuid: '11111111-2222-4333-8444-555555555555',
    createdAt: new Date('2026-01-02T03:04:05.678Z'),
    updatedAt: null,
    name: 'n1',
    driver: 'fake-hardware',
    driverInfo: { ipmi_password: 'sealed:k:abc', ipmi_address: '10.0.0.1' },
    driverInternalInfo: {},
    properties: {},
    extra: {},
    instanceInfo: { configdrive: 'sealed:k:def', image_url: 'http://s', image_source: 'http://i' },
    networkData: {},
    provisionState: 'available',
    conductorGroup: '',
    maintenance: false,
    traits: [{ trait: 'CUSTOM_A' }],
    operations: [],
    ...changes,
  };
  // All columns are there; that they are named one by one the type cannot see.
  return node as unknown as NodeRow;
}

describe('a node by version', () => {
  test('at 1.115 every field of the API reference is shown', () => {
    expect(Object.keys(nodeView(row(), context(maxMinor))).sort()).toEqual(Object.keys(nodeFields).sort());
  });

  test('no version shows a field that is newer', () => {
    for (let minor = 1; minor <= maxMinor; minor++) {
      const newer = Object.keys(nodeView(row(), context(minor))).filter((name) => fieldMinor('node', name) > minor);
      expect(newer).toEqual([]);
    }
  });

  test('each version shows all that it knows', () => {
    for (const minor of [1, 20, 31, 61, 104]) {
      const expected = Object.keys(nodeFields).filter((name) => fieldMinor('node', name) <= minor);
      expect(Object.keys(nodeView(row(), context(minor))).sort()).toEqual(expected.sort());
    }
  });

  test('available was called nothing before 1.2', () => {
    expect(nodeView(row(), context(1))['provision_state']).toBeNull();
    expect(nodeView(row(), context(2))['provision_state']).toBe('available');
    expect(statesView(row(), context(1))['provision_state']).toBeNull();
  });
});

describe('what is sent and changed', () => {
  test('is what the API reference says', () => {
    const setAt = (mark: 'create' | 'patch') =>
      Object.entries(nodeFields)
        .filter(([, facts]) => facts[mark])
        .map(([name]) => name)
        .sort();
    // Taken and ignored: Ironic's schema knows them too.
    const ignored = ['boot_mode', 'secure_boot'];
    expect(
      nodeResource
        .marked('create')
        .filter((name) => !ignored.includes(name))
        .toSorted(),
    ).toEqual(setAt('create'));
    expect(nodeResource.marked('patch').toSorted()).toEqual(setAt('patch'));
  });
});

describe('a view', () => {
  test('masks secrets without opening them', () => {
    const view = nodeView(row(), context(maxMinor));
    expect(view['driver_info']).toEqual({ ipmi_password: '******', ipmi_address: '10.0.0.1' });
    expect(view['instance_info']).toEqual({ configdrive: '******', image_url: '******', image_source: 'http://i' });
  });

  test('writes times as Ironic does', () => {
    expect(nodeView(row(), context(maxMinor))['created_at']).toBe('2026-01-02T03:04:05.678000+00:00');
  });

  test('shows asked fields and the links', () => {
    expect(Object.keys(nodeView(row(), context(maxMinor), ['uuid', 'traits']))).toEqual(['uuid', 'traits', 'links']);
  });

  test('names no conductor when no worker serves the group', () => {
    expect(nodeView(row(), context(maxMinor))['conductor']).toBe('w1');
    expect(nodeView(row({ conductorGroup: 'far' }), context(maxMinor))['conductor']).toBeNull();
  });

  test('of a short list has the name from 1.5 on', () => {
    const node = row();
    expect(shortNodeView(node, context(4))).not.toHaveProperty('name');
    expect(shortNodeView(node, context(5))['name']).toBe('n1');
  });
});

describe('the lock', () => {
  test.each([
    ['work in progress', 'deploying', ['provision'], 'w1'],
    ['a wait', 'wait call-back', ['provision'], null],
    ['a hold', 'clean hold', ['provision'], null],
    ['a power change in a wait', 'wait call-back', ['provision', 'power'], 'w1'],
    ['a power change', 'active', ['power'], 'w1'],
    ['nothing', 'active', [], null],
  ])('during %s', (_what, provisionState, classes, holder) => {
    const operations = classes.map((name) => ({ class: name }));
    expect(reservationOf({ provisionState, operations, conductorGroup: '' }, conductors)).toBe(holder);
  });
});
