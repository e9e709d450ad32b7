/** RMCP+ status codes that steer something here (IPMI 2.0 §13.24, table 13-15). */
export const RMCP_STATUS = {
  ok: 0x00,
  noFreeSession: 0x01,
  invalidSessionId: 0x02,
  invalidAuthentication: 0x04,
  invalidIntegrity: 0x05,
  inactiveSessionId: 0x08,
  invalidRole: 0x09,
  roleNotAllowed: 0x0a,
  noFreeSessionAtRole: 0x0b,
  invalidNameLength: 0x0c,
  unauthorizedName: 0x0d,
  invalidCheckValue: 0x0f,
  invalidConfidentiality: 0x10,
  noMatchingSuite: 0x11,
} as const;
