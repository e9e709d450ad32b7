import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Whom a token of the scripted Keystone is for. Roles are listed with those that they imply, as Keystone does. */
export interface TokenFor {
  readonly user: string;
  readonly roles: readonly string[];
  /** A project of that id and name; without one the token is of the system. */
  readonly project?: string;
  readonly domain?: string;
  /** Seconds from now; the past for one that has ended. */
  readonly endsInS?: number;
}

const account = { name: 'ironic', password: 'the-password', project: 'service' };

/**
 * As much of Keystone's Identity API v3 as validates tokens: login by password, GET and 404 of /v3/auth/tokens, 401 for
 * a service token that is not valid. The form of its answers is that of Keystone 2026.2.
 */
export class ScriptedKeystone {
  readonly #server: Server;
  readonly #tokens = new Map<string, TokenFor>();
  #own = new Set<string>();
  /** How many tokens were asked for. */
  validations = 0;
  /** How often this service logged in. */
  logins = 0;
  /** Answers everything with it, when set. */
  broken: number | undefined;

  constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Environment of an API that asks here. */
  get environment(): Record<string, string> {
    return {
      TEMPER_AUTH_STRATEGY: 'keystone',
      TEMPER_KEYSTONE_AUTH_URL: `${this.url}/v3`,
      TEMPER_KEYSTONE_USERNAME: account.name,
      TEMPER_KEYSTONE_PASSWORD: account.password,
    };
  }

  issue(facts: TokenFor): string {
    const token = `gAAAA-${randomUUID()}`;
    this.#tokens.set(token, facts);
    return token;
  }

  revoke(token: string): void {
    this.#tokens.delete(token);
  }

  /** As after a change of keys: the service has to log in again. */
  forgetLogins(): void {
    this.#own = new Set();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request);
    const send = (status: number, body: unknown, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    };
    if (this.broken !== undefined) return send(this.broken, {});
    if (request.url !== '/v3/auth/tokens') return send(404, {});
    if (request.method === 'POST') {
      if (!isAccount(JSON.parse(text))) return send(401, { error: { code: 401, title: 'Unauthorized' } });
      this.logins++;
      const own = randomUUID();
      this.#own.add(own);
      return send(201, { token: {} }, { 'X-Subject-Token': own });
    }
    if (!this.#own.has(String(request.headers['x-auth-token']))) return send(401, { error: { code: 401 } });
    this.validations++;
    const facts = this.#tokens.get(String(request.headers['x-subject-token']));
    return facts ? send(200, { token: tokenBody(facts) }) : send(404, { error: { code: 404, title: 'Not Found' } });
  }
}

function isAccount(body: unknown): boolean {
  return (
    JSON.stringify(body) ===
    JSON.stringify({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: account.name, password: account.password, domain: { name: 'Default' } } },
        },
        scope: { project: { name: account.project, domain: { name: 'Default' } } },
      },
    })
  );
}

function tokenBody({ user, roles, project, domain, endsInS = 3600 }: TokenFor): object {
  const inDomain = { domain: { id: 'default', name: 'Default' } };
  return {
    methods: ['password'],
    user: { ...inDomain, id: `id-of-${user}`, name: user, password_expires_at: null },
    audit_ids: ['IqkeqOnDSIeK87XrDND4YQ'],
    expires_at: new Date(Date.now() + endsInS * 1000).toISOString().replace(/Z$/, '000Z'),
    issued_at: '2026-11-21T15:20:11.000000Z',
    roles: roles.map((name) => ({ id: `id-of-${name}`, name })),
    ...(project === undefined ? {} : { project: { ...inDomain, id: project, name: project }, is_domain: false }),
    ...(domain === undefined ? {} : { domain: { id: domain, name: domain } }),
    ...(project === undefined && domain === undefined ? { system: { all: true } } : {}),
    catalog: [],
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
