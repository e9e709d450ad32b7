import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderAccessDoc } from './access-doc.js';

test('docs/policies.md is what the table says', () => {
  const page = readFileSync(new URL('../../../docs/policies.md', import.meta.url), 'utf8');
  expect(page).toBe(renderAccessDoc());
});
