import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderStatesDoc } from './states-doc.js';

test('docs/states.md is what the tables say', () => {
  const page = readFileSync(new URL('../../../docs/states.md', import.meta.url), 'utf8');
  expect(page).toBe(renderStatesDoc());
});
