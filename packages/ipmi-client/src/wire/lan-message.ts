import { checksum } from './checksum.js';

/*
 * IPMI message (IPMI 2.0 §13.8):
 *   request   rsAddr 20 · netFn<<2|LUN · cks1 · rqAddr 81 · rqSeq<<2|LUN · cmd · data… · cks2
 *   response  rqAddr 81 · (netFn+1)<<2|LUN · cks1 · rsAddr 20 · rqSeq<<2|LUN · cmd · completion code · data… · cks2
 */

const BMC_ADDRESS = 0x20;
const CONSOLE_ADDRESS = 0x81;
const HEADER_LENGTH = 6;

/** A request to the BMC; `sequence` is rqSeq, 6 bits. */
export interface LanRequest {
  netFn: number;
  command: number;
  sequence: number;
  data: Buffer;
}

/** A BMC's answer; `netFn` is the request's (the odd number on the wire minus 1). */
export interface LanResponse extends LanRequest {
  completionCode: number;
}

/** A request from this console (software id 81h) to the BMC's LUN 0. */
export function encodeLanRequest(request: LanRequest): Buffer {
  return encode(BMC_ADDRESS, request.netFn, CONSOLE_ADDRESS, request.sequence, request.command, request.data);
}

/** Reads a request; undefined if it is no whole request with good checksums. */
export function decodeLanRequest(message: Buffer): LanRequest | undefined {
  if (message.length < HEADER_LENGTH + 1 || !checksumsHold(message)) return undefined;
  const netFn = (message[1] ?? 0) >> 2;
  if (netFn % 2 !== 0) return undefined;
  return {
    netFn,
    sequence: (message[4] ?? 0) >> 2,
    command: message[5] ?? 0,
    data: message.subarray(HEADER_LENGTH, -1),
  };
}

/** A BMC's answer to a console. */
export function encodeLanResponse(response: LanResponse): Buffer {
  const data = Buffer.concat([Buffer.from([response.completionCode]), response.data]);
  return encode(CONSOLE_ADDRESS, response.netFn + 1, BMC_ADDRESS, response.sequence, response.command, data);
}

/**
 * Reads a response; undefined if it is no whole response with good checksums.
 * Addresses are not compared: go-ipmi's server (0.9.1) answers with 20h where 81h belongs.
 */
export function decodeLanResponse(message: Buffer): LanResponse | undefined {
  if (message.length < HEADER_LENGTH + 2 || !checksumsHold(message)) return undefined;
  const netFn = (message[1] ?? 0) >> 2;
  if (netFn % 2 !== 1) return undefined;
  return {
    netFn: netFn - 1,
    sequence: (message[4] ?? 0) >> 2,
    command: message[5] ?? 0,
    completionCode: message[HEADER_LENGTH] ?? 0,
    data: message.subarray(HEADER_LENGTH + 1, -1),
  };
}

function encode(to: number, netFn: number, from: number, sequence: number, command: number, data: Buffer): Buffer {
  const head = [to, netFn << 2];
  const body = Buffer.concat([Buffer.from([from, (sequence & 0x3f) << 2, command]), data]);
  return Buffer.concat([Buffer.from([...head, checksum(head)]), body, Buffer.from([checksum(body)])]);
}

function checksumsHold(message: Buffer): boolean {
  return checksum(message.subarray(0, 3)) === 0 && checksum(message.subarray(3)) === 0;
}
