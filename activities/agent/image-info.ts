import { NodeInvalid } from '#domain/errors.js';
import { isJsonObject, textOf, type JsonObject } from '../json.js';
import type { NodeView } from '../node-context.js';
import { builtConfigDrive } from './config-drive/build.js';

/** Arguments of deploy.write_image for a whole disk image (Ironic drivers/modules/agent.py write_image). */
export function writeImageArgs(node: NodeView): JsonObject {
  const { uuid, instanceInfo } = node;
  const source = textOf(instanceInfo, 'image_source');
  if (source === undefined) {
    throw new NodeInvalid(`Node ${uuid} has no image_source`, { hint: 'set instance_info/image_source' });
  }
  return {
    image_info: {
      id: source.split('/').at(-1) ?? source,
      urls: [textOf(instanceInfo, 'image_url') ?? source],
      disk_format: textOf(instanceInfo, 'image_disk_format') ?? null,
      container_format: textOf(instanceInfo, 'image_container_format') ?? null,
      stream_raw_images: true,
      ...checksums(instanceInfo),
      ...authorization(instanceInfo),
      ...proxies(node),
      node_uuid: uuid,
    },
    configdrive: configDrive(node),
  };
}

function checksums(instanceInfo: JsonObject): JsonObject {
  const checksum = textOf(instanceInfo, 'image_checksum');
  const algorithm = textOf(instanceInfo, 'image_os_hash_algo');
  const value = textOf(instanceInfo, 'image_os_hash_value');
  return {
    ...(checksum === undefined ? {} : { checksum }),
    ...(algorithm === undefined || value === undefined ? {} : { os_hash_algo: algorithm, os_hash_value: value }),
  };
}

function authorization(instanceInfo: JsonObject): JsonObject {
  const header = textOf(instanceInfo, 'image_request_authorization_secret');
  if (header === undefined) return {};
  return { image_request_authorization: Buffer.from(header).toString('base64') };
}

function proxies({ driverInfo }: NodeView): JsonObject {
  const http = textOf(driverInfo, 'image_http_proxy');
  const https = textOf(driverInfo, 'image_https_proxy');
  if (http === undefined && https === undefined) return {};
  const except = textOf(driverInfo, 'image_no_proxy');
  return {
    proxies: { ...(http === undefined ? {} : { http }), ...(https === undefined ? {} : { https }) },
    ...(except === undefined ? {} : { no_proxy: except }),
  };
}

/**
 * An address or base64(gzip(ISO)) goes to the agent as it is, a JSON object is built into one. Once: Ironic sends it a
 * second time in image_info.
 */
function configDrive(node: NodeView): string | null {
  const given = node.instanceInfo['configdrive'];
  if (given === undefined || given === null || given === '') return null;
  if (isJsonObject(given)) return builtConfigDrive(node.node, given);
  if (typeof given === 'string' && !given.trimStart().startsWith('{')) return given;
  const parts = typeof given === 'string' ? parsed(given) : undefined;
  if (parts) return builtConfigDrive(node.node, parts);
  throw new NodeInvalid(`The config drive of node ${node.uuid} is neither an object, an address nor base64`, {
    hint: 'give it as meta_data, user_data, network_data and vendor_data, or as base64 of a gzipped ISO',
  });
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
