/** A logical name: unreserved characters of a URL, 1 to 255 (Ironic common/utils.py is_valid_logical_name). */
export function isLogicalName(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Za-z0-9._~-]{1,255}$/.test(value);
}

/** A host name, which names had to be before API 1.10 (is_hostname_safe). */
export function isHostName(value: string): boolean {
  if (value === '' || value.length > 255) return false;
  const labels = value.replace(/\.$/, '').split('.');
  return (
    labels.every((label) => /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/.test(label)) && !/^[0-9]+$/.test(labels.at(-1) ?? '')
  );
}

/** Canonical form of a UUID given in any form that Python's uuid module reads; undefined for everything else. */
export function asUuid(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const bare = value
    .replace(/^urn:/, '')
    .replace(/^uuid:/, '')
    .replace(/^\{|\}$/g, '')
    .replaceAll('-', '');
  const match = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/i.exec(bare);
  return match ? match.slice(1).join('-').toLowerCase() : undefined;
}

/** A MAC address with colons, in lower case; undefined for other forms (netutils.is_valid_mac). */
export function asMac(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(value)) return undefined;
  return value.toLowerCase();
}
