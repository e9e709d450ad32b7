/** What stands in place of a secret in every answer. */
export const maskedText = '******';

/** A key that contains one of these (any case) names a secret; so does such a word before `=` in a text (oslo.utils strutils). */
const secretWords = [
  'adminpass',
  'admin_pass',
  'password',
  'admin_password',
  'auth_token',
  'new_pass',
  'auth_password',
  'secret_uuid',
  'secret',
  'sys_pswd',
  'token',
  'configdrive',
  'chappassword',
  'encrypted_key',
  'private_key',
  'fernetkey',
  'sslkey',
  'passphrase',
  'cephclusterfsid',
  'octaviaheartbeatkey',
  'rabbitcookie',
  'cephmanilaclientkey',
  'pacemakerremoteauthkey',
  'designaterndckey',
  'cephadminkey',
  'heatauthencryptionkey',
  'cephclientkey',
  'keystonecredential',
  'barbicansimplecryptokek',
  'cephrgwkey',
  'swifthashsuffix',
  'migrationsshkey',
  'cephmdskey',
  'cephmonkey',
  'chapsecret',
] as const;

const anySecretWord = new RegExp(secretWords.join('|'), 'i');

/** Top-level keys of driver_info that are secrets although their name does not say so. */
export const driverInfoSecretKeys: readonly string[] = ['snmp_auth_key', 'snmp_priv_key'];
/** The same for instance_info: a config drive may be an object, and an image URL may carry a signature. */
export const instanceInfoSecretKeys: readonly string[] = ['configdrive', 'image_url'];

/** Does the key name a secret, as `ipmi_password` and `agent_secret_token` do? */
export function isSecretKey(key: string): boolean {
  return anySecretWord.test(key);
}

/**
 * A copy with every secret replaced, at any depth (oslo.utils mask_dict_password): values under secret keys, whatever
 * their type, except that objects are searched instead; and `password=...` forms inside other strings.
 * @param extraKeys top-level keys that are secrets too (an empty value is left as it is).
 */
export function maskSecrets(value: unknown, { extraKeys = [] }: { extraKeys?: readonly string[] } = {}): unknown {
  if (typeof value === 'string') return maskSecretText(value);
  if (Array.isArray(value)) return value.map((item) => maskSecrets(item));
  if (typeof value !== 'object' || value === null) return value;
  return maskObject(value, extraKeys);
}

/** {@link maskSecrets} for an object such as driver_info. */
export function maskObject(value: object, extraKeys: readonly string[] = []): Record<string, unknown> {
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => {
    if (extraKeys.includes(key) && Boolean(item)) return [key, maskedText];
    if (isSecretKey(key) && !isPlainObject(item)) return [key, maskedText];
    return [key, maskSecrets(item)];
  });
  // fromEntries defines properties, so that a key such as __proto__ stays an ordinary key.
  return Object.fromEntries(entries);
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Replaces the values in `password=x`, `--password x`, `"password": "x"`, `<password>x</password>` and the like. */
export function maskSecretText(text: string): string {
  if (!anySecretWord.test(text)) return text;
  const lower = text.toLowerCase();
  let masked = text;
  for (const word of secretWords) {
    if (!lower.includes(word)) continue;
    for (const pattern of patternsFor(word)) masked = masked.replace(pattern, `$1${maskedText}$2`);
  }
  return masked;
}

const compiled = new Map<string, readonly RegExp[]>();

function patternsFor(word: string): readonly RegExp[] {
  let patterns = compiled.get(word);
  if (!patterns) {
    const key = `${word}[0-9]*`;
    patterns = [
      `(${key}\\s*=\\s*["'])[^"']*(["'])`,
      `(${key}\\s*=\\s*")[^"]*(")`,
      `(${key}\\s*=\\s*')[^']*(')`,
      `(${key}\\s+["'])[^"']*(["'])`,
      `(--${key}\\s+)[^'"^=\\s]+(\\s*)`,
      `(<${key}>)[^<]*(</${key}>)`,
      `(["'][^"']*${key}["']\\s*:\\s*u?["'])[^"']*(["'])`,
      `(["'][^'"]*${key}["']\\s*,\\s*'--?[A-z]+'\\s*,\\s*u?["'])[^"']*(["'])`,
      `(${key}\\s*--?[A-z]+\\s*)\\S+(\\s*)`,
      `(${key}\\s*=\\s*)[^\\s^'"]+()`,
    ].map((source) => new RegExp(source, 'gis'));
    compiled.set(word, patterns);
  }
  return patterns;
}
