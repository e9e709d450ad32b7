import { expect, test } from 'vitest';
import { newSalt, sha256Crypt } from './sha-crypt.js';

// As `openssl passwd -5 -salt … password` gives them; the second is in the algorithm's specification.
test.for([
  ['x', 'a.b/C', '$5$a.b/C$qzD.QDj1r/qCSAczfghJUIYDgkUZAtawkHjEQofNUq.'],
  ['Hello world!', 'saltstring', '$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5'],
  [`${'a'.repeat(78)}äü`, 'saltstring', '$5$saltstring$7F0qgm3MOiTuzmH5P9nU.wuSdejWgA6QfwbRONry356'],
] as const)('"%s" with salt %s', ([password, salt, expected]) => {
  expect(sha256Crypt(password, salt)).toBe(expected);
});

test('a salt of its own each time, and never the password in it', () => {
  expect(newSalt()).toMatch(/^[./0-9A-Za-z]{16}$/);
  expect(sha256Crypt('pw')).not.toBe(sha256Crypt('pw'));
});
