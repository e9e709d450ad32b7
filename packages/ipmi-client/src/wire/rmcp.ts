/*
 * RMCP header (IPMI 2.0 §13.1.3):
 *   version 06 · reserved 00 · sequence FF (no RMCP acknowledge wanted) · class 07 (IPMI)
 */

/** The four bytes before every IPMI packet. */
const HEADER = Buffer.from([0x06, 0x00, 0xff, 0x07]);

/** Puts the RMCP header before an IPMI packet. */
export function wrapRmcp(packet: Buffer): Buffer {
  return Buffer.concat([HEADER, packet]);
}

/** The IPMI packet in a datagram, or undefined for anything else (ASF, an RMCP acknowledge, noise). */
export function unwrapRmcp(datagram: Buffer): Buffer | undefined {
  const isIpmi = datagram.length > HEADER.length && datagram[0] === HEADER[0] && datagram[3] === HEADER[3];
  return isIpmi ? datagram.subarray(HEADER.length) : undefined;
}
