import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { driverInfoSecretKeys, instanceInfoSecretKeys, isSecretKey } from '#domain/secrets.js';

const PREFIX = 'sealed:';
/** Before a sealed text that is the JSON of something else than a string. */
const JSON_PREFIX = 'sealed-json:';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** JSON as PostgreSQL keeps it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * Seals text for the database with AES-256-GCM. A sealed text reads `sealed:<key id>:<base64 of iv, tag, ciphertext>`,
 * so that keys can be rotated: the first key seals, every listed key opens.
 */
export class SecretBox {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #sealingId: string;

  /**
   * @param spec `id:base64(32 bytes)[,older…]`, as in TEMPER_ENCRYPTION_KEYS
   * @throws Error naming the malformed entry by its position, never by its content
   */
  constructor(spec: string) {
    const keys = new Map<string, Buffer>();
    for (const [index, entry] of spec.split(',').entries()) {
      const [id, encoded] = entry.trim().split(':');
      const key = Buffer.from(encoded ?? '', 'base64');
      if (!id || key.length !== 32) {
        throw new Error(
          `Entry ${index + 1} of TEMPER_ENCRYPTION_KEYS is not "id:base64 of 32 bytes"; make one with "openssl rand -base64 32".`,
        );
      }
      keys.set(id, key);
    }
    this.#keys = keys;
    this.#sealingId = [...keys.keys()][0] ?? '';
  }

  seal(text: string): string {
    const key = this.#keys.get(this.#sealingId);
    if (!key) throw new Error('No encryption key is loaded.');
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return `${PREFIX}${this.#sealingId}:${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')}`;
  }

  /** @throws Error when the key is not loaded or the text was changed */
  open(sealed: string): string {
    const [, id, encoded] = sealed.split(':');
    const key = id === undefined ? undefined : this.#keys.get(id);
    if (!key || encoded === undefined) {
      throw new Error(
        `A stored secret was sealed with key "${id ?? ''}", which is not loaded; add it to TEMPER_ENCRYPTION_KEYS.`,
      );
    }
    const bytes = Buffer.from(encoded, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  }

  /** A copy of `value` (opened, never sealed already) in which every secret, at any depth, is sealed. */
  sealSecrets<T extends Json>(value: T): T {
    return mapSecrets(value, (item) =>
      typeof item === 'string' ? this.seal(item) : JSON_PREFIX + this.seal(JSON.stringify(item)),
    );
  }

  /** The inverse of {@link sealSecrets}. */
  openSecrets<T extends Json>(value: T): T {
    return mapSecrets(value, (item) => {
      if (typeof item !== 'string') return item;
      if (item.startsWith(JSON_PREFIX)) return JSON.parse(this.open(item.slice(JSON_PREFIX.length))) as Json;
      return item.startsWith(PREFIX) ? this.open(item) : item;
    });
  }
}

/** Keys that the API masks although their names do not say so; columns share one list, since sealing too much harms nobody. */
const whollySecretKeys = new Set([...driverInfoSecretKeys, ...instanceInfoSecretKeys]);

/** What the API masks (maskObject of #domain/secrets.js): objects are searched, unless the key is secret as a whole. */
function isSecret(key: string, item: Json): boolean {
  if (!item) return false;
  return whollySecretKeys.has(key) || (isSecretKey(key) && (typeof item !== 'object' || Array.isArray(item)));
}

function mapSecrets<T extends Json>(value: T, change: (secret: Json) => Json): T;
function mapSecrets(value: Json, change: (secret: Json) => Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => mapSecrets(item, change));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, isSecret(key, item) ? change(item) : mapSecrets(item, change)]),
  );
}
