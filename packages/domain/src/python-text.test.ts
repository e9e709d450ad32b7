import { expect, test } from 'vitest';
import { plainly, shown } from './python-text.js';

test.each([
  ['plain', "'plain'"],
  ["it's", `"it's"`],
  [`both ' and "`, `'both \\' and "'`],
  ['a\\b\nc', "'a\\\\b\\nc'"],
  [null, 'None'],
  [true, 'True'],
  [{ a: [1, "it's"] }, `{'a': [1, "it's"]}`],
])('%j is shown as Python shows it: %s', (value, text) => {
  expect(shown(value)).toBe(text);
});

test('a text by itself has no quotes', () => {
  expect(plainly("it's")).toBe("it's");
});
