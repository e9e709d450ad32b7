import { NodeInvalid } from '#domain/errors.js';
import { textOf, type JsonObject } from '../json.js';
import type { NodeView } from '../node-context.js';

/** Arguments of deploy.write_image for a whole disk image (agent.md §5; Ironic drivers/modules/agent.py write_image). */
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

/** An address or base64(gzip(ISO)) goes to the agent as it is, once: Ironic sends it a second time in image_info. */
function configDrive({ uuid, instanceInfo }: NodeView): string | null {
  const given = instanceInfo['configdrive'];
  if (given === undefined || given === null || given === '') return null;
  if (typeof given === 'string' && !given.trimStart().startsWith('{')) return given;
  throw new NodeInvalid(`The config drive of node ${uuid} is given as JSON, which cannot be built yet`, {
    hint: 'pass it as base64 of a gzipped ISO or as the address of one',
  });
}
