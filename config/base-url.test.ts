import { expect, test } from 'vitest';
import { baseUrl } from './base-url.js';

test('machines are never told to reach a wildcard address', () => {
  expect(baseUrl('127.0.0.1', 6385)).toBe('http://127.0.0.1:6385');
  expect(baseUrl('127.0.0.1', 6385, { tls: true })).toBe('https://127.0.0.1:6385');
  expect(baseUrl('::1', 6385)).toBe('http://[::1]:6385');
  expect(baseUrl('0.0.0.0', 6385)).not.toContain('0.0.0.0');
});
