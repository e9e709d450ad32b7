import { isObject } from './agent-process.js';
import { agentError } from './rest-error.js';

/** `image_info` of `write_image`, as far as it matters here. */
export interface ImageInfo {
  readonly id: string;
  readonly urls: readonly string[];
  readonly diskFormat: string | undefined;
  readonly streamRaw: boolean;
  readonly isPartitionImage: boolean;
  /** What the checksum must be taken with; undefined = by the length of the value. */
  readonly algorithm: string | undefined;
  /** Hex, or the URL of a file with checksums. */
  readonly checksum: string;
  readonly configDrive: string | undefined;
  /** Value of the `Authorization` header for the image server. */
  readonly authorization: string | undefined;
}

const MD5_LENGTH = 32;

/** Checks and reads `image_info`. @throws {AgentError} InvalidCommandParamsError with the agent's own texts. */
export function readImageInfo(value: unknown, md5Enabled: boolean): ImageInfo {
  const info = isObject(value) ? value : {};
  for (const name of ['id', 'urls']) {
    if (!Object.hasOwn(info, name)) throw invalid(`Image is missing '${name}' field.`);
  }
  const urls = info['urls'];
  if (!Array.isArray(urls) || urls.length === 0) {
    throw invalid("Image 'urls' must be a list with at least one element.");
  }
  return {
    id: String(info['id']),
    urls: urls.map(String),
    diskFormat: text(info['disk_format']),
    streamRaw: info['stream_raw_images'] === true,
    isPartitionImage: info['image_type'] === 'partition',
    ...readChecksum(info, md5Enabled),
    configDrive: text(info['configdrive']),
    authorization: authorizationOf(info),
  };
}

function readChecksum(
  info: Readonly<Record<string, unknown>>,
  md5Enabled: boolean,
): { algorithm: string | undefined; checksum: string } {
  const { os_hash_algo: algorithm, os_hash_value: value, checksum } = info;
  if (algorithm || value) {
    return { algorithm: needText(algorithm, 'os_hash_algo'), checksum: needText(value, 'os_hash_value') };
  }
  const plain = checksum === undefined || checksum === null ? undefined : needText(checksum, 'checksum');
  if (plain === undefined || (plain.length <= MD5_LENGTH && !isUrl(plain) && !md5Enabled)) {
    throw invalid(
      "Image checksum is not available, either the 'checksum' field or the 'os_hash_algo' and 'os_hash_value' fields " +
        'pair must be set for image verification.',
    );
  }
  return { algorithm: undefined, checksum: plain };
}

function authorizationOf(info: Readonly<Record<string, unknown>>): string | undefined {
  const whole = text(info['image_request_authorization']);
  if (whole) return Buffer.from(whole, 'base64').toString('utf8');
  if (info['image_server_auth_strategy'] !== 'http_basic') return undefined;
  const account = `${String(info['image_server_user'])}:${String(info['image_server_password'])}`;
  return `Basic ${Buffer.from(account).toString('base64')}`;
}

/** Is the value to be fetched from somewhere? */
export function isUrl(value: string): boolean {
  return /^https?:\/\//.test(value);
}

function needText(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw invalid(`Image '${name}' must be a non-empty string.`);
  return value;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function invalid(details: string): Error {
  return agentError('InvalidCommandParamsError', details);
}
