import { isJsonObject, type JsonObject } from '../resource/json-types.js';
import { plainly, shown } from '../resource/shown.js';
import type { Reason, ValidatedNode } from './validated-node.js';

const hints = [
  'size',
  'model',
  'wwn',
  'serial',
  'vendor',
  'wwn_with_extension',
  'wwn_vendor_extension',
  'name',
  'rotational',
  'hctl',
  'by_path',
];

/** What is wrong with the root device hints; instance_info's win over properties' (ironic-lib utils.parse_root_device_hints). */
export function rootDeviceReason({ uuid, instanceInfo, properties }: ValidatedNode): Reason {
  const fromInstance = instanceInfo['root_device'];
  const given = fromInstance ?? properties['root_device'];
  if (given === undefined || given === null) return undefined;
  const source = fromInstance === undefined || fromInstance === null ? 'properties' : 'instance_info';
  const wrong = isJsonObject(given) ? hintReason(given) : 'Root device hints should be a dictionary.';
  if (wrong === undefined) return undefined;
  return `Failed to validate the root device hints ${shown(given)} (from the node's ${source}) for node ${uuid}: ${wrong}`;
}

function hintReason(given: JsonObject): Reason {
  const invalid = Object.keys(given).filter((name) => !hints.includes(name));
  if (invalid.length > 0) {
    return `The hints "${invalid.join(', ')}" are invalid. Valid hints are: "${hints.join(', ')}"`;
  }
  const { size, rotational } = given;
  if (size !== undefined && !isSize(size)) {
    return `Root device hint "size" is not an integer value. Current value: ${shown(size).replaceAll("'", '')}`;
  }
  if (rotational !== undefined && !/^(1|0|t|f|true|false|on|off|y|n|yes|no)$/i.test(plainly(rotational))) {
    return `Root device hint "rotational" is not a Boolean value. Current value: ${shown(rotational).replaceAll("'", '')}`;
  }
  return undefined;
}

/** A number of GiB, with an operator before it or several after `<or>`. */
function isSize(size: unknown): boolean {
  const parts = plainly(size)
    .split('<or>')
    .map((part) => part.trim().replace(/^(==|!=|>=|<=|=|>|<)\s*/, ''))
    .filter((part) => part !== '');
  return parts.length > 0 && parts.every((part) => /^[1-9]\d*$/.test(part));
}
