import { expect, test } from 'vitest';
import { ApiError } from '../errors/api-error.js';
import { bodyLimitOf, bodyLimits, parseBody } from './body.js';

const json = 'application/json';

test('JSON is read whatever the content type says', () => {
  for (const type of [json, 'text/plain', '']) {
    expect(parseBody('{"a":1}', type)).toEqual({ kind: 'json', value: { a: 1 } });
  }
});

test('no text is no body, whatever the content type says', () => {
  expect(parseBody('', json)).toEqual({ kind: 'none' });
});

test('forms are told apart, so that their names can be refused', () => {
  expect(parseBody('a=1&b=2', 'application/x-www-form-urlencoded')).toEqual({ kind: 'form', names: ['a', 'b'] });
});

test.each(['{', '{}{}', "{'a': 1}", 'NaN'])('%s is no JSON', (text) => {
  expect(parseBody(text, json).kind).toBe('invalid');
});

test('a character that no row can hold is no JSON', () => {
  expect(parseBody('{"a":"\\u0000"}', json).kind).toBe('invalid');
});

test('__proto__ stays a key of its own', () => {
  const body = parseBody('{"__proto__": {"x": 1}}', json);
  const keys = body.kind === 'json' ? Object.keys(Object(body.value)) : [];
  expect(keys).toEqual(['__proto__']);
});

test('25 levels are taken, 26 are refused before any parser sees them', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(parseBody(nested(25), json).kind).toBe('json');
  expect(() => parseBody(nested(26), json)).toThrow(ApiError);
  expect(parseBody(`"${'['.repeat(30)}"`, json).kind).toBe('json');
});

test('config drives and inspection data may be larger', () => {
  expect(bodyLimitOf('/v1/nodes/:ident/states/provision')).toBe(bodyLimits.provision);
  expect(bodyLimitOf('/v1/continue_inspection')).toBe(bodyLimits.inspection);
  expect(bodyLimitOf('/v1/nodes')).toBe(bodyLimits.usual);
});
