import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { SecretBox } from '#database/secrets.js';
import { codeOf, messageOf, Problem } from './problem.js';

/**
 * The keys that seal secrets in the database (`id:base64(32 bytes)[,older…]`): from the environment, else from the
 * home, where the first start makes one.
 *
 * @throws Problem with an external database and no key: a key in this machine's home would lock out all others
 */
export function encryptionKeys(given: string | undefined, file: string, externalDatabase: boolean): string {
  if (given) return checked(given);
  if (externalDatabase) {
    throw new Problem(
      'DATABASE_URL names an external database but TEMPER_ENCRYPTION_KEYS is not set: set it on every machine to the same "k1:<base64 of 32 bytes>", made once with: openssl rand -base64 32.',
    );
  }
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  const made = `k1:${randomBytes(32).toString('base64')}`;
  writeFileSync(file, `${made}\n`, { mode: 0o600, flag: 'wx' });
  return made;
}

function checked(keys: string): string {
  try {
    new SecretBox(keys);
  } catch (error) {
    throw new Problem(messageOf(error));
  }
  return keys;
}
