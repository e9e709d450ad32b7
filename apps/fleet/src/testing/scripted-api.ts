import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureVersion } from 'node:tls';
import { selfSignedCertificate } from '../tls/self-signed.js';

/** A request as the API got it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

type Answer = { readonly status: number; readonly body: unknown };

/** Answer of an agent. */
export interface AgentAnswer extends Answer {
  readonly headers: IncomingHttpHeaders;
}

interface CallOptions {
  readonly token?: string;
  readonly ca?: string;
  readonly maxVersion?: SecureVersion;
}

/**
 * Plays the provisioning API towards agents in tests: root, lookup with a token that is handed out once, heartbeat,
 * inspection data. Calls agents back with the certificate that they announced.
 */
export class ScriptedApi {
  readonly requests: SeenRequest[] = [];
  /** Answers of the next lookups; when empty, the node. */
  readonly lookupAnswers: (Answer | 'drop')[] = [];
  readonly token = 'the-token-of-this-boot-0123456789-abcdefgh';
  readonly foreignCertificate: string;
  /** The token has been handed out: it is masked from now on. */
  tokenGiven = false;
  config: Record<string, unknown> = {
    heartbeat_timeout: 300,
    agent_md5_checksum_enable: true,
    tls_min_version: '1.3',
    permitted_image_formats: ['raw', 'gpt', 'qcow2', 'iso'],
  };
  readonly #server: Server;
  #onHeartbeat: (() => void)[] = [];

  private constructor(foreignCertificate: string) {
    this.foreignCertificate = foreignCertificate;
    this.#server = createServer((incoming, response) => void this.#serve(incoming, response));
  }

  static async start(): Promise<ScriptedApi> {
    const { certificate } = await selfSignedCertificate('other', '127.0.0.1');
    const api = new ScriptedApi(certificate);
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get heartbeats(): readonly SeenRequest[] {
    return this.requests.filter(({ path }) => path.startsWith('/v1/heartbeat/'));
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /** The first heartbeat after `after` earlier ones. */
  async heartbeat(after = 0): Promise<SeenRequest> {
    for (;;) {
      const beat = this.heartbeats[after];
      if (beat) return beat;
      await new Promise<void>((resolve) => this.#onHeartbeat.push(resolve));
    }
  }

  /** A client for the agent that heartbeated last; waits for one. */
  async agentClient(): Promise<AgentClient> {
    await this.heartbeat();
    const body = this.heartbeats.at(-1)?.body as { callback_url: string; agent_verify_ca: string };
    return new AgentClient(body.callback_url, body.agent_verify_ca, this.token);
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const { method = '', url = '', headers } = incoming;
    this.requests.push({ method, path: url, headers, body: text === '' ? undefined : JSON.parse(text) });
    const answer = this.#answer(url);
    if (answer === 'drop') response.destroy();
    else response.writeHead(answer.status).end(answer.body === undefined ? '' : JSON.stringify(answer.body));
    if (url.startsWith('/v1/heartbeat/')) for (const wake of this.#onHeartbeat.splice(0)) wake();
  }

  #answer(url: string): Answer | 'drop' {
    if (url === '/') return { status: 200, body: { default_version: { version: '1.115' } } };
    if (url.startsWith('/v1/continue_inspection')) return { status: 202, body: { uuid: 'node-1' } };
    if (url.startsWith('/v1/heartbeat/')) return { status: 202, body: undefined };
    if (!url.startsWith('/v1/lookup')) return { status: 404, body: {} };
    const scripted = this.lookupAnswers.shift();
    if (scripted) return scripted;
    const agent_token = this.tokenGiven ? '******' : this.token;
    this.tokenGiven = true;
    const node = { uuid: 'node-1', properties: {}, instance_info: {}, driver_internal_info: {} };
    return { status: 200, body: { node, config: { ...this.config, agent_token } } };
  }
}

/** Calls one agent, trusting exactly its certificate. */
export class AgentClient {
  readonly #url: string;
  readonly #certificate: string;
  readonly #token: string;

  constructor(url: string, certificate: string, token: string) {
    this.#url = url;
    this.#certificate = certificate;
    this.#token = token;
  }

  get(path: string, options: CallOptions = {}): Promise<AgentAnswer> {
    return this.#call('GET', path, undefined, options);
  }

  command(name: string, params: unknown, wait: boolean): Promise<AgentAnswer> {
    return this.#call('POST', `/v1/commands/?wait=${wait}`, { name, params }, {});
  }

  #call(method: string, path: string, body: unknown, options: CallOptions): Promise<AgentAnswer> {
    const url = new URL(path, this.#url);
    const { token = this.#token, ca = this.#certificate, maxVersion } = options;
    if (token !== '') url.searchParams.set('agent_token', token);
    return new Promise((resolve, reject) => {
      const sent = request(url, { method, ca, agent: false, ...(maxVersion ? { maxVersion } : {}) }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = answer.headers['content-type'] === 'application/json';
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: isJson ? JSON.parse(text) : text });
        });
      });
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
