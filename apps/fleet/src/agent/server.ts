import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureVersion } from 'node:tls';
import { setTimeout as timer } from 'node:timers/promises';
import type { MachineFaults } from '../faults.js';
import type { ServerCertificate } from '../tls/self-signed.js';
import { field, textOf } from './api-client.js';
import { isObject } from './agent-process.js';
import type { AcceptedCommand, CommandRunner } from './commands.js';
import { AgentError, agentError } from './rest-error.js';

/** What the server asks of its agent. */
export interface ServedAgent {
  readonly runner: CommandRunner;
  /** The token that callers must show; without one nobody gets in. */
  readonly token: string | undefined;
  readonly startedAt: number;
  readonly faults: MachineFaults;
  /** Called for each command that a caller asked for, whatever came of it. */
  received(name: string): void;
}

/** An HTTP answer that is no error of the agent's own. */
class HttpFault extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(`${status} ${text}`);
    this.status = status;
  }
}

const MAX_BODY_BYTES = 128 * 1_048_576;
/** The real server has so many worker threads; a long poll occupies one. */
const THREADS = 10;
const DRAIN_LIMIT_MS = 1000;

/** The agent's REST server over TLS. */
export class AgentServer {
  readonly #agent: ServedAgent;
  readonly #server: Server;
  #busyThreads = 0;
  #waiting: (() => void)[] = [];
  #open = 0;

  constructor(agent: ServedAgent, { certificate, key }: ServerCertificate, minVersion: SecureVersion) {
    this.#agent = agent;
    this.#server = createServer({ cert: certificate, key, minVersion }, (request, response) => {
      void this.#serve(request, response);
    });
    // A client that drops its connection in a handshake is no business of the agent.
    this.#server.on('tlsClientError', () => undefined);
  }

  /** @param port 0: the system chooses. @returns the port */
  async listen(address: string, port = 0): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, address, resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Cuts all connections and stops, at once. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Resolves when no request is in progress, or after a second. */
  async answered(): Promise<void> {
    const deadline = Date.now() + DRAIN_LIMIT_MS;
    do await timer(5);
    while (this.#open > 0 && Date.now() < deadline);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#open++;
    response.once('close', () => this.#open--);
    if (this.#busyThreads >= THREADS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busyThreads++;
    try {
      await this.#route(request, response);
    } catch (error) {
      fail(response, error);
    } finally {
      this.#busyThreads--;
      this.#waiting.shift()?.();
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const base = `https://${request.headers.host ?? 'localhost'}`;
    const url = new URL(request.url ?? '/', base);
    const path = url.pathname.replace(/^\/v1(?=\/(commands|status))/, '');
    if (['/v1', '/commands'].includes(path)) return redirect(response, url);
    const isCommands = path.startsWith('/commands/');
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    if (method !== 'GET' && !(method === 'POST' && path === '/commands/')) {
      throw isCommands || ['/', '/v1/', '/status'].includes(path)
        ? new HttpFault(405, 'Method Not Allowed: The method is not allowed for the requested URL.')
        : notFound();
    }
    if (path === '/') return answer(response, root(base));
    if (path === '/v1/') return answer(response, version(base));
    if (path === '/status') return answer(response, { started_at: this.#agent.startedAt, version: '13.0.0' });
    if (!isCommands) throw notFound();
    const token = url.searchParams.get('agent_token');
    if (!token || token !== this.#agent.token) throw new HttpFault(401, 'Unauthorized: Token invalid.');
    const id = path.slice('/commands/'.length);
    const wait = url.searchParams.get('wait')?.toLowerCase() === 'true';
    if (method === 'POST') return this.#execute(request, response, wait);
    if (id === '') return answerCommands(response, this.#agent.runner.accepted);
    return answerCommand(response, this.#agent.runner.find(decodeURIComponent(id)), wait);
  }

  async #execute(request: IncomingMessage, response: ServerResponse, wait: boolean): Promise<void> {
    const body = await readJson(request);
    const given = field(body, 'name');
    const params = field(body, 'params');
    if (given === undefined || !isObject(params))
      throw new HttpFault(400, 'Bad Request: Missing or invalid name or params');
    const name = textOf(given);
    this.#agent.received(name);
    switch (this.#agent.faults.refuseCommands) {
      case 'drop':
        response.destroy();
        return;
      case 'busy':
        throw agentError('AgentIsBusy', `executing command ${name.split('.').at(-1)}`);
      case 'error':
        throw new HttpFault(500, 'Internal Server Error: refused by the simulated agent');
      case undefined:
        return answerCommand(response, await this.#agent.runner.execute(name, params), wait);
    }
  }
}

async function answerCommand(response: ServerResponse, command: AcceptedCommand, wait: boolean): Promise<void> {
  if (wait) await command.done;
  if (command.broken) throw notSerializable();
  answer(response, command.result);
}

function answerCommands(response: ServerResponse, commands: readonly AcceptedCommand[]): void {
  if (commands.some(({ broken }) => broken)) throw notSerializable();
  answer(response, { commands: commands.map(({ result }) => result) });
}

function notSerializable(): Error {
  return new TypeError('Object of type TypeError is not JSON serializable');
}

function notFound(): Error {
  return new HttpFault(
    404,
    'Not Found: The requested URL was not found on the server. If you entered the URL manually please check your ' +
      'spelling and try again.',
  );
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new HttpFault(413, 'Request Entity Too Large');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new HttpFault(
      400,
      'Bad Request: The browser (or proxy) sent a request that this server could not understand.',
    );
  }
}

function answer(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function redirect(response: ServerResponse, url: URL): void {
  const location = `${url.origin}${url.pathname}/${url.search}`;
  response
    .writeHead(308, { location, 'content-type': 'text/html; charset=utf-8' })
    .end(
      `<!doctype html>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n<a href="${location}">${location}</a>\n`,
    );
}

/** Errors in the form of WSME: fault code by status, and the text. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.destroyed || response.headersSent) return;
  const status = error instanceof HttpFault ? error.status : error instanceof AgentError ? error.code : 500;
  const text = error instanceof Error ? error.message : String(error);
  answer(response, { faultcode: status >= 500 ? 'Server' : 'Client', faultstring: text }, status);
}

function root(base: string): unknown {
  const only = { id: 'v1', links: links(base) };
  return {
    name: 'OpenStack Ironic Python Agent API',
    description: 'Ironic Python Agent is a provisioning agent for OpenStack Ironic',
    versions: [only],
    default_version: only,
  };
}

function version(base: string): unknown {
  const both = (resource: string) => [
    { href: `${base}/v1/${resource}`, rel: 'self' },
    { href: `${base}/${resource}`, rel: 'bookmark' },
  ];
  return {
    commands: both('commands'),
    status: both('status'),
    media_types: [{ base: 'application/json', type: 'application/vnd.openstack.ironic-python-agent.v1+json' }],
    id: 'v1',
    links: links(base),
  };
}

function links(base: string): unknown[] {
  return [
    { href: `${base}/v1`, rel: 'self' },
    { href: 'https://docs.openstack.org/ironic-python-agent/', rel: 'describedby', type: 'text/html' },
  ];
}
