/** The byte that makes the sum of all bytes and itself 0 modulo 256 (IPMI 2.0 §13.8). */
export function checksum(bytes: Iterable<number>): number {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return -sum & 0xff;
}
