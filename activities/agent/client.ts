import { X509Certificate } from 'node:crypto';
import https from 'node:https';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { AgentUnreachable } from '#domain/errors.js';
import { agentPlace, type AgentAddress } from './address.js';

/** One HTTP call to the agent. */
export interface AgentRequest {
  readonly method: 'GET' | 'POST';
  /** With its slash at the end: without it the agent redirects. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal: AbortSignal;
  /** Until the whole answer; absent for a long poll, which ends with the command or with the connection. */
  readonly timeoutMs?: number;
}

/** Any answer, good or bad. `body` is the parsed JSON, undefined when it is none. */
export interface AgentAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Log archives are the largest answers; nothing else comes near. */
const maxAnswerBytes = 64 * 2 ** 20;

/** A machine that lost power sends nothing: probes of the connection find out in some 20 s, also in a long poll. */
const keepAliveMs = 10_000;

const connectMs = 10_000;

/**
 * Calls the agent over TLS 1.3 and trusts exactly the certificate of its heartbeat, which must name the address.
 * @throws AgentUnreachable when there is no answer, with the reason; the signal's reason when aborted
 */
export async function callAgent(address: AgentAddress, request: AgentRequest): Promise<AgentAnswer> {
  request.signal.throwIfAborted();
  try {
    return await exchange(address, request);
  } catch (error) {
    request.signal.throwIfAborted();
    throw unreachable(address, error);
  }
}

function exchange(address: AgentAddress, request: AgentRequest): Promise<AgentAnswer> {
  const url = new URL(request.path, address.url);
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
  url.searchParams.set('agent_token', address.token);
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const { timeoutMs } = request;
  const signals = timeoutMs === undefined ? [request.signal] : [request.signal, AbortSignal.timeout(timeoutMs)];

  return new Promise((resolve, reject) => {
    const call = https.request(
      url,
      {
        method: request.method,
        headers: { accept: 'application/json', ...(body === undefined ? {} : contentHeaders(body)) },
        signal: AbortSignal.any(signals),
        // One connection a call: calls are few, and a kept one would outlive its boot.
        agent: false,
        minVersion: 'TLSv1.3',
        ca: [address.certificate],
        checkServerIdentity: (host, certificate) => pinned(address, host, certificate),
      },
      (response) => {
        collect(response, maxAnswerBytes).then(
          (bytes) => resolve({ status: response.statusCode ?? 0, body: parsed(bytes) }),
          reject,
        );
      },
    );
    call.on('error', reject);
    call.on('socket', (socket) => {
      socket.setKeepAlive(true, keepAliveMs);
      const tooLong = setTimeout(() => socket.destroy(timedOut('connecting took too long')), connectMs);
      socket.once('secureConnect', () => clearTimeout(tooLong));
      socket.once('close', () => clearTimeout(tooLong));
    });
    call.end(body);
  });
}

function contentHeaders(body: string): Readonly<Record<string, string | number>> {
  return { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
}

async function collect(stream: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > limit) throw new Error(`the answer is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Trust in the heartbeat's certificate is not enough: it must be this one, and be made for this address. */
function pinned(address: AgentAddress, host: string, presented: PeerCertificate): Error | undefined {
  const expected = new X509Certificate(address.certificate).raw;
  if (!expected.equals(presented.raw)) return new Error('it presents another certificate than its heartbeat did');
  return checkServerIdentity(host, presented);
}

function timedOut(message: string): Error {
  return Object.assign(new Error(message), { code: 'ETIMEDOUT' });
}

/** What the system's codes mean here, and what to do where the usual advice (the network) would mislead. */
const reasons: Readonly<Record<string, readonly [reason: string, hint?: string]>> = {
  ECONNREFUSED: ['the connection was refused: no agent listens there'],
  ECONNRESET: ['the connection broke'],
  EPIPE: ['the connection broke'],
  ETIMEDOUT: ['no answer in time'],
  EHOSTUNREACH: ['no route to it, although it reaches us'],
  ENETUNREACH: ['no route to it, although it reaches us'],
  CERT_NOT_YET_VALID: [
    'its certificate is not valid yet',
    "set the clocks of worker and machine (the agent's may be off by an hour at most)",
  ],
  CERT_HAS_EXPIRED: [
    'its certificate has expired',
    'set the clocks of worker and machine; the certificate of an agent lasts 30 days',
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'its certificate names another address',
    'check that nothing stands between worker and ramdisk (NAT, proxy)',
  ],
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: ['it speaks no TLS 1.3', 'use a newer ramdisk'],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'it presents another certificate than its heartbeat did',
    'check that nothing stands between worker and ramdisk',
  ],
};

function unreachable(address: AgentAddress, error: unknown): AgentUnreachable {
  const [reason, hint] = explained(error);
  return new AgentUnreachable(
    `The agent of node ${address.nodeUuid} at ${agentPlace(address)} does not answer (${reason})`,
    {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    },
  );
}

function explained(error: unknown): readonly [reason: string, hint?: string] {
  if (!(error instanceof Error)) return [String(error)];
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = Object.hasOwn(reasons, code) ? reasons[code] : undefined;
  if (known) return known;
  // An aborted request reports the abort; here only our own time limit can be meant.
  return error.name === 'AbortError' || error.name === 'TimeoutError' ? ['no answer in time'] : [error.message];
}
