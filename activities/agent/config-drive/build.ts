import { gzipSync } from 'node:zlib';
import { NodeInvalid } from '#domain/errors.js';
import type { Json } from '#database/secrets.js';
import { isJsonObject, type JsonObject } from '../../json.js';
import { folderOf } from './folder.js';
import { isoVolume } from './iso9660.js';

/** Folders in which readers look: the oldest agreed version, and the newest. */
const versions = ['2012-08-10', 'latest'];

/** The agent refuses more, and the partition that it makes is not larger. */
const maxBytes = 64 * 2 ** 20;

/** Whose config drive it is. */
export interface NamedNode {
  readonly uuid: string;
  readonly name: string | null;
}

/**
 * A config drive from its parts (`meta_data`, `user_data`, `network_data`, `vendor_data`; API 1.56), in the form that the
 * agent takes: base64 of a gzipped ISO with label config-2. The node's uuid and name are its defaults (Ironic
 * conductor/configdrive_utils.py). @throws NodeInvalid when it is too large
 */
export function builtConfigDrive({ uuid, name }: NamedNode, parts: JsonObject): string {
  const meta = isJsonObject(parts['meta_data']) ? parts['meta_data'] : {};
  const files: Readonly<Record<string, Buffer | undefined>> = {
    'meta_data.json': json({ uuid, ...(name === null ? {} : { name }), ...meta }),
    'network_data.json': isFilled(parts['network_data']) ? json(parts['network_data']) : undefined,
    'vendor_data2.json': isFilled(parts['vendor_data']) ? json(parts['vendor_data']) : undefined,
    user_data: userData(parts['user_data']),
  };
  const everywhere = versions.flatMap((version) =>
    Object.entries(files).flatMap(([name, data]) => (data ? [[`openstack/${version}/${name}`, data] as const] : [])),
  );
  const volume = isoVolume('config-2', folderOf(Object.fromEntries(everywhere)));
  if (volume.length > maxBytes) {
    throw new NodeInvalid(`The config drive of node ${uuid} is larger than 64 MiB`, {
      hint: 'shorten user_data, for example by fetching what is large from a server',
    });
  }
  return gzipSync(volume).toString('base64');
}

function userData(value: Json | undefined): Buffer | undefined {
  if (!isFilled(value)) return undefined;
  return typeof value === 'string' ? Buffer.from(value) : json(value);
}

function isFilled(value: Json | undefined): value is Json {
  return value !== undefined && value !== null && value !== '';
}

function json(value: Json): Buffer {
  return Buffer.from(JSON.stringify(value));
}
