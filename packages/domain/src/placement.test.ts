import { describe, expect, test } from 'vitest';
import { place, tryingOrder, verdictOn, whyNothingFits, type NodeFacts, type PlacementRequest } from './placement.js';

function node(changes: Partial<NodeFacts> = {}): NodeFacts {
  return {
    uuid: 'u1',
    name: 'n1',
    resourceClass: 'large',
    provisionState: 'available',
    powerState: 'power off',
    maintenance: false,
    retired: false,
    instanceUuid: null,
    parentNode: null,
    owner: null,
    lessee: null,
    traits: [],
    ...changes,
  };
}

function request(changes: Partial<PlacementRequest> = {}): PlacementRequest {
  return { resourceClass: 'large', traits: [], candidateNodes: [], owner: null, name: null, ...changes };
}

describe('a node', () => {
  test('that is available and of the resource class fits', () => {
    expect(verdictOn(request(), node())).toEqual({ kind: 'fits' });
  });

  test.each<[string, Partial<NodeFacts>, string]>([
    ['in another state', { provisionState: 'manageable' }, 'in state manageable'],
    ['in maintenance', { maintenance: true }, 'in maintenance'],
    ['that is retired', { retired: true }, 'retired'],
    ['with an instance', { instanceUuid: 'i' }, 'has an instance'],
    ['without a known power state', { powerState: null }, 'power state not known'],
    ['that is a child', { parentNode: 'p' }, 'child of node p'],
    ['without one of the traits', { traits: ['CUSTOM_A'] }, 'lacks CUSTOM_B'],
  ])('%s is refused with that reason', (_what, changes, text) => {
    const verdict = verdictOn(
      request({ traits: ['CUSTOM_A', 'CUSTOM_B'] }),
      node({ traits: ['CUSTOM_A', 'CUSTOM_B'], ...changes }),
    );
    expect(verdict).toMatchObject({ kind: 'refused', refusals: [{ text }] });
  });

  test('says all that is against it', () => {
    const verdict = verdictOn(request(), node({ provisionState: 'active', instanceUuid: 'i' }));
    expect(verdict).toMatchObject({ refusals: [{ text: 'in state active' }, { text: 'has an instance' }] });
  });

  test('of another resource class is refused when it was asked for by name, else out of the question', () => {
    const small = node({ resourceClass: 'small' });
    expect(verdictOn(request(), small)).toEqual({ kind: 'elsewhere' });
    expect(verdictOn(request({ candidateNodes: ['u1'] }), small)).toMatchObject({
      refusals: [{ text: 'resource class small' }],
    });
  });

  test('not among the candidates is out of the question', () => {
    expect(verdictOn(request({ candidateNodes: ['u2'] }), node())).toEqual({ kind: 'elsewhere' });
  });

  test.each([
    ['owned', { owner: 'p' }, 'fits'],
    ['leased', { owner: 'x', lessee: 'p' }, 'fits'],
    ["another project's", { owner: 'x', maintenance: true }, 'elsewhere'],
  ])('%s answers a project accordingly', (_what, changes, kind) => {
    expect(verdictOn(request({ owner: 'p' }), node(changes)).kind).toBe(kind);
  });
});

describe('the order in which nodes are tried', () => {
  const nodes = ['a', 'b', 'c', 'd'].map((name) => node({ uuid: name, name }));

  test('is another one for other random numbers, with every node once', () => {
    const orders = [0, 0.5, 0.99].map((value) => tryingOrder(request(), nodes, () => value).map(({ uuid }) => uuid));
    for (const order of orders) expect(order.toSorted()).toEqual(['a', 'b', 'c', 'd']);
    expect(new Set(orders.map((order) => order.join())).size).toBeGreaterThan(1);
  });

  test('begins with the node of the same name', () => {
    expect(tryingOrder(request({ name: 'c' }), nodes, () => 0)[0]?.name).toBe('c');
  });
});

describe('when nothing fits, the reason', () => {
  function why(asked: PlacementRequest, nodes: readonly NodeFacts[]) {
    return whyNothingFits(asked, place(asked, nodes));
  }

  test('without any node of the class is Ironic’s', () => {
    expect(why(request(), [])).toEqual({ text: 'no available nodes match the resource class large', details: '' });
  });

  test('among candidates names each with its reasons', () => {
    const asked = request({ candidateNodes: ['u1', 'u2'] });
    const nodes = [node({ maintenance: true }), node({ uuid: 'u2', name: null, resourceClass: null })];
    expect(why(asked, nodes)).toEqual({
      text: 'none of the requested nodes are available and match the resource class large',
      details: 'Refused: n1 (in maintenance), u2 (no resource class).',
    });
  });

  test('is the traits when nothing else was wrong with a node', () => {
    const { text } = why(request({ traits: ['CUSTOM_A'] }), [node(), node({ uuid: 'u2', maintenance: true })]);
    expect(text).toBe('no suitable nodes have the requested traits CUSTOM_A');
  });

  test('names ten nodes and counts the others by reason', () => {
    const nodes = Array.from({ length: 14 }, (_, index) =>
      node({
        uuid: `u${index}`,
        name: `n${index}`,
        maintenance: index < 12,
        powerState: index < 12 ? 'power off' : null,
      }),
    );
    const { details } = why(request(), nodes);
    expect(details).toContain('n9 (in maintenance), and 4 more: 2 in maintenance, 2 without a known power state.');
    expect(details).not.toContain('n10');
  });
});
