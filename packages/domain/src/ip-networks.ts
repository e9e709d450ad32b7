interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/**
 * Is the address in the network, `192.0.2.0/24` or `2001:db8::/32`? A network without a prefix is one address.
 * @returns undefined when one of them cannot be read
 */
export function isInNetwork(address: string, network: string): boolean | undefined {
  const [base = '', prefixText, ...more] = network.split('/');
  const [inside, outer] = [parseAddress(address), parseAddress(base)];
  if (!inside || !outer || more.length > 0) return undefined;
  const prefix = prefixText === undefined ? outer.bits : /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : -1;
  if (prefix < 0 || prefix > outer.bits) return undefined;
  if (inside.bits !== outer.bits) return false;
  const shift = BigInt(outer.bits - prefix);
  return inside.value >> shift === outer.value >> shift;
}

function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseVersion6(text) : parseVersion4(text);
}

function parseVersion4(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return { bits: 32, value: parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n) };
}

function parseVersion6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [left, right] = [groupsOf(halves[0] ?? ''), groupsOf(halves[1] ?? '')];
  if (!left || !right) return undefined;
  const gap = 8 - left.length - right.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return undefined;
  const groups = [...left, ...Array.from({ length: gap }, () => 0n), ...right];
  return { bits: 128, value: groups.reduce((sum, group) => (sum << 16n) | group, 0n) };
}

/** Groups of 16 bits; the last two may be written as an address of version 4. */
function groupsOf(text: string): bigint[] | undefined {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const tail = index === parts.length - 1 && part.includes('.') ? parseVersion4(part) : undefined;
    if (tail) groups.push(tail.value >> 16n, tail.value & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}
