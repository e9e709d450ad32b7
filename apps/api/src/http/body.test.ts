import { expect, test } from 'vitest';
import { ApiError } from '../errors/api-error.js';
import { bodyLimitOf, parseBody } from './body.js';

const json = 'application/json';
const parse = (text: string, contentType: string) => parseBody(text, contentType, 25);

test('JSON is read whatever the content type says', () => {
  for (const type of [json, 'text/plain', '']) {
    expect(parse('{"a":1}', type)).toEqual({ kind: 'json', value: { a: 1 } });
  }
});

test('no text is no body, whatever the content type says', () => {
  expect(parse('', json)).toEqual({ kind: 'none' });
});

test('forms are told apart, so that their names can be refused', () => {
  expect(parse('a=1&b=2', 'application/x-www-form-urlencoded')).toEqual({ kind: 'form', names: ['a', 'b'] });
});

test.each(['{', '{}{}', "{'a': 1}", 'NaN'])('%s is no JSON', (text) => {
  expect(parse(text, json).kind).toBe('invalid');
});

test('a character that no row can hold is no JSON', () => {
  expect(parse('{"a":"\\u0000"}', json).kind).toBe('invalid');
});

test('__proto__ stays a key of its own', () => {
  const body = parse('{"__proto__": {"x": 1}}', json);
  const keys = body.kind === 'json' ? Object.keys(Object(body.value)) : [];
  expect(keys).toEqual(['__proto__']);
});

test('25 levels are taken, 26 are refused before any parser sees them', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(parse(nested(25), json).kind).toBe('json');
  expect(() => parse(nested(26), json)).toThrow(ApiError);
  expect(parse(`"${'['.repeat(30)}"`, json).kind).toBe('json');
});

test('config drives and inspection data may be larger', () => {
  const limits = {
    max_json_body_size: 1,
    max_json_body_size_inspection: 2,
    max_json_body_size_provision: 3,
    max_json_body_depth: 25,
  };
  expect(bodyLimitOf('/v1/nodes', limits)).toBe(1024);
  expect(bodyLimitOf('/v1/continue_inspection', limits)).toBe(2048);
  expect(bodyLimitOf('/v1/nodes/:ident/states/provision', limits)).toBe(3072);
});
