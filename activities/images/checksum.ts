import { NodeInvalid } from '#domain/errors.js';
import { textOf } from '../json.js';
import type { NodeView } from '../node-context.js';

const hexLengths: Readonly<Record<number, string>> = { 32: 'md5', 64: 'sha256', 128: 'sha512' };

/**
 * How the image will be verified, for people (`sha256`). Every http(s) image needs a checksum: `image_os_hash_algo`
 * with `image_os_hash_value`, or `image_checksum`, whose length tells the algorithm; each may be the address of a
 * checksum file instead (Ironic drivers/modules/agent.py). @throws NodeInvalid in Ironic's words
 */
export function checksumKind({ uuid, instanceInfo }: NodeView): string {
  const algorithm = textOf(instanceInfo, 'image_os_hash_algo');
  const value = textOf(instanceInfo, 'image_os_hash_value');
  const checksum = textOf(instanceInfo, 'image_checksum');
  if ((algorithm === undefined) !== (value === undefined) || (value === undefined && checksum === undefined)) {
    throw new NodeInvalid(
      `image_source's "image_checksum", or "image_os_hash_algo" and "image_os_hash_value" must be provided in instance_info for node ${uuid}`,
      { hint: 'set the checksum of the image, such as the output of sha256sum' },
    );
  }
  if (algorithm !== undefined && value !== undefined) return checked(uuid, 'image_os_hash_value', value, algorithm);
  return checked(uuid, 'image_checksum', checksum ?? '');
}

function checked(uuid: string, field: string, value: string, algorithm?: string): string {
  if (/^https?:\/\//i.test(value)) return `${algorithm ?? 'checksum'} by file`;
  const byLength = /^[0-9a-f]+$/i.test(value) ? hexLengths[value.length] : undefined;
  if (byLength !== undefined && (algorithm === undefined || algorithm === byLength)) return byLength;
  // Algorithms of other lengths are the agent's to know.
  if (algorithm !== undefined && !Object.values(hexLengths).includes(algorithm)) return algorithm;
  throw new NodeInvalid(`Node ${uuid}: instance_info/${field} is no ${algorithm ?? 'md5, sha256 or sha512'} checksum`, {
    hint: 'give it in hexadecimal, or the address of a checksum file',
  });
}
