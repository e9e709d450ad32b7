import { describe, expect, test } from 'vitest';
import { ApiError } from '../errors/api-error.js';
import { applyPatch, parsePatch, touched, valuesFor, type PatchableDocument } from './json-patch.js';

const apply = (document: PatchableDocument, ...changes: object[]) => applyPatch(document, parsePatch(changes));

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ApiError) return `${error.status} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('reading', () => {
  test.each([
    ['no list', { op: 'add' }, "400 Schema error for patch: {'op': 'add'} is not of type 'array'"],
    ['an item that is no object', ['x'], "400 Schema error for patch: 'x' is not of type 'object'"],
    ['no op', [{ path: '/a', value: 1 }], "400 Schema error for patch: 'op' is a required property"],
    ['no path', [{ op: 'add', value: 1 }], "400 Schema error for patch: 'path' is a required property"],
    [
      'an op that Ironic has not',
      [{ op: 'test', path: '/a', value: 1 }],
      "400 Schema error for patch: 'test' is not one of ['add', 'replace', 'remove']",
    ],
    [
      'a path without a slash',
      [{ op: 'add', path: 'a', value: 1 }],
      "400 Schema error for patch: 'a' does not match '^(/[\\\\w-]+)+$'",
    ],
    [
      'a key too much',
      [{ op: 'add', path: '/a', value: 1, x: 1 }],
      "400 Schema error for patch: Additional properties are not allowed ('x' was unexpected)",
    ],
  ])('%s is refused in the words of Ironic', (_name, body, text) => {
    expect(refusal(() => parsePatch(body))).toBe(text);
  });

  test('an empty list changes nothing', () => {
    expect(apply({ a: 1 })).toEqual({ a: 1 });
  });

  test('the touched attributes and the values for a path are told', () => {
    const patch = parsePatch([
      { op: 'add', path: '/extra/a', value: 1 },
      { op: 'replace', path: '/name', value: 'n' },
      { op: 'remove', path: '/extra/b' },
    ]);
    expect(touched(patch)).toEqual(['extra', 'name']);
    expect(valuesFor(patch, '/name')).toEqual(['n']);
    expect(valuesFor(patch, '/extra/b')).toEqual([]);
  });
});

describe('applying', () => {
  test('objects and lists are changed at any depth', () => {
    const document = { extra: { a: { b: [1, 2] } } };
    expect(
      apply(
        document,
        { op: 'add', path: '/extra/a/b/-', value: 3 },
        { op: 'add', path: '/extra/a/b/0', value: 0 },
        { op: 'replace', path: '/extra/a/b/1', value: 'one' },
        { op: 'remove', path: '/extra/a/b/2' },
        { op: 'add', path: '/extra/c', value: null },
      ),
    ).toEqual({ extra: { a: { b: [0, 'one', 3] }, c: null } });
  });

  test('the document given stays as it is', () => {
    const document = { extra: { a: 1 } };
    apply(document, { op: 'remove', path: '/extra/a' });
    expect(document).toEqual({ extra: { a: 1 } });
  });

  test('a removed root attribute is gone', () => {
    expect(apply({ name: 'n', extra: {} }, { op: 'remove', path: '/name' })).toEqual({ extra: {} });
  });

  test('__proto__ is a name like any other', () => {
    const patched = apply({ extra: {} }, { op: 'add', path: '/extra/__proto__', value: { polluted: true } });
    expect(Object.hasOwn(patched['extra'] as object, '__proto__')).toBe(true);
    expect(Object.getPrototypeOf(patched['extra'])).toBe(Object.prototype);
  });

  test.each([
    ['a new root attribute', { op: 'add', path: '/nope', value: 1 }, 'Adding a new attribute (/nope) to the root'],
    ['a member that is not there', { op: 'remove', path: '/extra/zip' }, "can't remove a non-existent object 'zip'"],
    ['a parent that is not there', { op: 'add', path: '/extra/x/y', value: 1 }, "member 'x' not found"],
    ['a value that is missing', { op: 'replace', path: '/extra' }, "does not contain a 'value' member"],
    ['a list outside of its length', { op: 'add', path: '/list/9', value: 1 }, "can't add outside of list"],
    ['a list by name', { op: 'add', path: '/list/x', value: 1 }, 'not a valid sequence index'],
    ['a path into a text', { op: 'add', path: '/text/x', value: 1 }, 'neither an object nor a list'],
  ])('%s is refused', (_name, change, text) => {
    expect(refusal(() => apply({ extra: {}, list: [1], text: 't' }, change))).toContain(text);
  });

  test('a refusal repeats neither the value nor the document', () => {
    const text = refusal(() =>
      apply({ driver_info: { ipmi_password: 'hidden1' } }, { op: 'add', path: '/driver_info/a/b', value: 'hidden2' }),
    );
    expect(text).toContain('/driver_info/a/b');
    expect(text).not.toMatch(/hidden/);
  });
});
