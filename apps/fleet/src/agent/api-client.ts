import { Agent, request } from 'undici';
import type { KernelParameters } from './kernel-parameters.js';

/** An API version, e.g. [1, 68]. */
type Version = readonly [major: number, minor: number];

/** What the API answered; `body` is undefined when it is no JSON. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

const FALLBACK_VERSION: Version = [1, 31];
const LOOKUP_VERSION: Version = [1, 62];
const HEARTBEAT_VERSION: Version = [1, 68];

/** What a heartbeat carries. */
export interface HeartbeatFacts {
  readonly callbackUrl: string;
  readonly token: string | undefined;
  readonly certificate: string | undefined;
}

/** The agent's calls to the API. Each URL is tried in turn; one that answers goes first next time. */
export class ApiClient {
  urls: readonly string[];
  readonly #signal: AbortSignal;
  readonly #headers: Record<string, string>;
  readonly #timeoutMs: number;
  readonly #dispatcher: Agent | undefined;
  #version: Version | undefined;

  /** @param signal cuts every call short when the machine loses power */
  constructor(urls: readonly string[], parameters: KernelParameters, signal: AbortSignal) {
    this.urls = urls.map((url) => url.replace(/\/$/, ''));
    this.#signal = signal;
    this.#timeoutMs = parameters.number('ipa-http-request-timeout', 30) * 1000;
    const requestId = parameters.get('ipa-global-request-id');
    this.#headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(requestId ? { 'x-openstack-request-id': requestId } : {}),
    };
    this.#version = parseVersion(parameters.get('ipa-ironic-api-version'));
    if (parameters.flag('ipa-insecure')) this.#dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  }

  /** The API's newest version, or 1.31 when it cannot be read. */
  async version(): Promise<Version> {
    if (this.#version) return this.#version;
    try {
      const { body } = await this.call('GET', '/');
      this.#version = parseVersion(defaultVersionOf(body));
    } catch {
      this.#signal.throwIfAborted();
    }
    return this.#version ?? FALLBACK_VERSION;
  }

  /** `GET /v1/lookup`; throws when no URL could be reached. */
  async lookup(macs: readonly string[], nodeUuid: string | undefined): Promise<ApiAnswer> {
    const query = new URLSearchParams({ addresses: macs.join(','), ...(nodeUuid ? { node_uuid: nodeUuid } : {}) });
    const version = least(await this.version(), LOOKUP_VERSION);
    return this.call('GET', `/v1/lookup?${query.toString()}`, { version });
  }

  /** `POST /v1/heartbeat/{node}` with the fields that the API's version knows. */
  async heartbeat(nodeUuid: string, { callbackUrl, token, certificate }: HeartbeatFacts): Promise<ApiAnswer> {
    const version = await this.version();
    const data = {
      callback_url: callbackUrl,
      ...(compare(version, [1, 62]) >= 0 ? { agent_token: token ?? null } : {}),
      ...(compare(version, [1, 36]) >= 0 ? { agent_version: '13.0.0' } : {}),
      ...(compare(version, [1, 68]) >= 0 && certificate ? { agent_verify_ca: certificate } : {}),
    };
    return this.call('POST', `/v1/heartbeat/${nodeUuid}`, { version: least(version, HEARTBEAT_VERSION), data });
  }

  /** One request to the first URL that can be reached. */
  async call(
    method: 'GET' | 'POST',
    path: string,
    { version, data }: { version?: Version; data?: unknown } = {},
  ): Promise<ApiAnswer> {
    let failure: unknown = new Error('no API URL');
    for (const [index, url] of this.urls.entries()) {
      try {
        const answer = await this.#send(method, url + path, version, data);
        this.urls = [...this.urls.slice(index), ...this.urls.slice(0, index)];
        return answer;
      } catch (error) {
        this.#signal.throwIfAborted();
        failure = error;
      }
    }
    throw failure;
  }

  /** Asks each URL once and drops those that do not answer at all, unless none does. */
  async dropUnreachable(): Promise<void> {
    const answers = await Promise.allSettled(this.urls.map((url) => this.#send('GET', url, undefined, undefined)));
    this.#signal.throwIfAborted();
    const reachable = this.urls.filter((_, index) => answers[index]?.status === 'fulfilled');
    if (reachable.length > 0) this.urls = reachable;
  }

  async #send(method: 'GET' | 'POST', url: string, version: Version | undefined, data: unknown): Promise<ApiAnswer> {
    const response = await request(url, {
      method,
      headers: {
        ...this.#headers,
        ...(version ? { 'x-openstack-ironic-api-version': version.join('.') } : {}),
      },
      body: data === undefined ? null : JSON.stringify(data),
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(this.#timeoutMs)]),
      ...(this.#dispatcher ? { dispatcher: this.#dispatcher } : {}),
    });
    const text = await response.body.text();
    return { status: response.statusCode, body: parseJson(text) };
  }
}

/** The reason that the API gives in its error body, in either of Ironic's forms. */
export function faultOf(body: unknown): string {
  const outer = field(body, 'error_message') ?? body;
  const inner = typeof outer === 'string' ? parseJson(outer) : outer;
  return textOf(field(inner, 'faultstring') ?? field(inner, 'title') ?? body);
}

/** A JSON value as text for people: strings as they are. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** A property of a value that may be no object. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function defaultVersionOf(root: unknown): string | undefined {
  const version = field(field(root, 'default_version'), 'version');
  return typeof version === 'string' ? version : undefined;
}

function parseVersion(text: string | undefined): Version | undefined {
  const match = /^(\d+)\.(\d+)$/.exec(text ?? '');
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

function compare([major, minor]: Version, [otherMajor, otherMinor]: Version): number {
  return major - otherMajor || minor - otherMinor;
}

function least(first: Version, second: Version): Version {
  return compare(first, second) < 0 ? first : second;
}
