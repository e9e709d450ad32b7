/** What a command handler answers. */
export interface Reply {
  completionCode: number;
  data: Buffer;
  /** For the command record. */
  detail?: string;
}

/** Completion codes that the simulated BMC gives (IPMI 2.0 §5.2). */
export const CODE = {
  ok: 0x00,
  parameterNotSupported: 0x80,
  privilegeUnavailable: 0x81,
  invalidCommand: 0xc1,
  wrongLength: 0xc7,
  outOfRange: 0xc9,
  invalidField: 0xcc,
  insufficientPrivilege: 0xd4,
  notInPresentState: 0xd5,
  unspecified: 0xff,
} as const;

/** Done; `data` follows the completion code. */
export function ok(data: Buffer | readonly number[] = [], detail?: string): Reply {
  const reply = { completionCode: CODE.ok, data: Buffer.from(data) };
  return detail === undefined ? reply : { ...reply, detail };
}

/** Refused. */
export function refuse(completionCode: number): Reply {
  return { completionCode, data: Buffer.alloc(0) };
}
