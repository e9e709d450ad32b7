import { readFileSync } from 'node:fs';

/*
 * Packets exchanged with OpenIPMI's ipmi_sim 2.0.33 and go-ipmi's goipmi-server 0.9.1, and two captures of ipmitool
 * 1.8.19 with them. Every code in them was also computed by two implementations other than this one. All values are
 * hex in wire order.
 */

/** What was derived from a log-in; missing for RAKP-none. */
interface Derived {
  rakp2_input?: string;
  rakp2_code?: string;
  rakp3_input?: string;
  rakp3_code?: string;
  sik_input?: string;
  sik?: string;
  k1?: string;
  k2?: string;
  rakp4_input?: string;
  rakp4_code?: string;
}

export interface RecordedHandshake {
  name: string;
  suite: number;
  username: string;
  password: string;
  kg: string | null;
  role_byte: number;
  console_session_id: string;
  bmc_session_id: string;
  console_random: string;
  bmc_random: string;
  bmc_guid: string;
  derived: Derived;
  packets: {
    what: string;
    request: string;
    response: string;
    iv?: string;
    plain_request?: string;
    plain_response?: string;
  }[];
}

export interface RecordedCapture {
  name: string;
  suite: number;
  username: string;
  password: string;
  sidm: string;
  sidc: string;
  rm: string;
  rc: string;
  guid: string;
  role_byte: number;
  derived: Derived;
  packets: { packet: string; from: 'console' | 'bmc'; plain?: string }[];
}

interface KnownAnswers {
  handshakes: RecordedHandshake[];
  captures: RecordedCapture[];
  aes_cbc_128_padding: { key: string; iv: string; cases: { plain: string; padded: string; payload: string }[] };
  ipmb_checksums: { bytes: string; checksum: string }[];
}

export const knownAnswers: KnownAnswers = JSON.parse(
  readFileSync(new URL('known-answers.json', import.meta.url), 'utf8'),
);

/** Bytes of a hex string. */
export function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}
