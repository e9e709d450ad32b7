import { Reader } from './reader.js';
import { Writer } from './writer.js';

/** Payload types (IPMI 2.0 §13.27.3, table 13-16). */
export const PAYLOAD = {
  ipmi: 0x00,
  openSessionRequest: 0x10,
  openSessionResponse: 0x11,
  rakp1: 0x12,
  rakp2: 0x13,
  rakp3: 0x14,
  rakp4: 0x15,
} as const;

const FORMAT_NONE = 0x00;
const FORMAT_RMCP_PLUS = 0x06;
const ENCRYPTED = 0x80;
const AUTHENTICATED = 0x40;
const TYPE_MASK = 0x3f;

/** An IPMI 2.0 session header and its payload, nothing verified (§13.6, table 13-8). */
export interface SessionPacket {
  payloadType: number;
  encrypted: boolean;
  authenticated: boolean;
  /** The receiver's session id; 0 outside a session. */
  sessionId: number;
  /** 0 outside a session only. */
  sequence: number;
  payload: Buffer;
}

/** A decoded packet: what an integrity check covers is everything before the authentication code. */
export interface ReceivedPacket extends SessionPacket {
  /** Session trailer: pad bytes, pad length, next header, code; empty without one. */
  trailer: Buffer;
}

/** Header and payload; the trailer is the session's to add. */
export function encodeSessionPacket(packet: SessionPacket): Buffer {
  const flags = (packet.encrypted ? ENCRYPTED : 0) | (packet.authenticated ? AUTHENTICATED : 0);
  return new Writer()
    .u8(FORMAT_RMCP_PLUS, flags | packet.payloadType)
    .u32(packet.sessionId)
    .u32(packet.sequence)
    .u16(packet.payload.length)
    .bytes(packet.payload)
    .toBuffer();
}

/** A packet outside a session, as session set-up uses it. */
export function encodeSessionless(payloadType: number, payload: Buffer): Buffer {
  const packet = { payloadType, payload, encrypted: false, authenticated: false, sessionId: 0, sequence: 0 };
  return encodeSessionPacket(packet);
}

/**
 * Reads an IPMI 2.0 packet. OEM explicit payloads (type 02) are not read.
 * @returns undefined if it is another format.
 * @throws TruncatedError if it is too short for what it says.
 */
export function decodeSessionPacket(packet: Buffer): ReceivedPacket | undefined {
  const reader = new Reader(packet);
  if (reader.u8() !== FORMAT_RMCP_PLUS) return undefined;
  const type = reader.u8();
  const sessionId = reader.u32();
  const sequence = reader.u32();
  const payload = reader.bytes(reader.u16());
  return {
    payloadType: type & TYPE_MASK,
    encrypted: (type & ENCRYPTED) !== 0,
    authenticated: (type & AUTHENTICATED) !== 0,
    sessionId,
    sequence,
    payload,
    trailer: reader.rest(),
  };
}

/** An IPMI 1.5 packet without authentication, outside a session (§13.6): what a BMC of any age understands. */
export function encodeLegacyPacket(message: Buffer): Buffer {
  return new Writer().u8(FORMAT_NONE).u32(0).u32(0).u8(message.length).bytes(message).toBuffer();
}

/**
 * The message in an unauthenticated IPMI 1.5 packet; a legacy pad byte after it is ignored.
 * @returns undefined if it is another format.
 * @throws TruncatedError if it is too short for what it says.
 */
export function decodeLegacyPacket(packet: Buffer): Buffer | undefined {
  const reader = new Reader(packet);
  if (reader.u8() !== FORMAT_NONE) return undefined;
  reader.skip(8);
  return reader.bytes(reader.u8());
}
