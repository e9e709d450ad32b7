import { expect, it } from 'vitest';
import { CIPHER_SUITES } from './cipher-suites.js';

it('cipher suites are those of IPMI 2.0 table 22-20', () => {
  const table = [...CIPHER_SUITES.values()].map((suite) => [
    suite.id,
    suite.authentication.id,
    suite.integrity.id,
    suite.confidentiality,
  ]);
  expect(table).toEqual([
    [0, 0, 0, 0],
    [1, 1, 0, 0],
    [2, 1, 1, 0],
    [3, 1, 1, 1],
    [6, 2, 0, 0],
    [7, 2, 2, 0],
    [8, 2, 2, 1],
    [15, 3, 0, 0],
    [16, 3, 4, 0],
    [17, 3, 4, 1],
  ]);
});
