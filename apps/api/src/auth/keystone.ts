import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { ApiError, unavailable } from '../errors/api-error.js';
import type { KeystoneConfig } from './auth-config.js';
import { headerText, nobodyKnown, type Authenticator, type Caller, type RequestHeaders } from './caller.js';
import { KeystoneClient, type TokenFacts } from './keystone-client.js';

/** How many tokens are remembered. */
const maxKnown = 10_000;

interface Known {
  readonly caller: Caller;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Tokens of Keystone (keystonemiddleware auth_token). The rules of the policy bind who comes by them. */
export class Keystone implements Authenticator {
  readonly #client: KeystoneClient;
  readonly #config: KeystoneConfig;
  readonly #logger: Logger;
  readonly #known = new Map<string, Known>();
  readonly #asked = new Map<string, Promise<Caller>>();

  constructor(config: KeystoneConfig, logger: Logger) {
    this.#config = config;
    this.#logger = logger;
    this.#client = new KeystoneClient(config);
  }

  async authenticate(headers: RequestHeaders): Promise<Caller> {
    const token = headerText(headers, 'x-auth-token');
    if (token === undefined || token === '') throw this.#unauthorized();
    // The cache holds no token that could be used.
    const digest = createHash('sha256').update(token).digest('base64');
    const known = this.#known.get(digest);
    if (known && known.until > Date.now()) return known.caller;
    this.#known.delete(digest);
    let asked = this.#asked.get(digest);
    if (!asked) {
      asked = this.#ask(token, digest).finally(() => this.#asked.delete(digest));
      this.#asked.set(digest, asked);
    }
    return asked;
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #ask(token: string, digest: string): Promise<Caller> {
    const facts = await this.#client.validate(token).catch((error: unknown) => {
      this.#logger.error({ err: error }, 'a token cannot be validated');
      throw unavailable('The Keystone service is temporarily unavailable.');
    });
    const ends = facts ? Date.parse(facts.expires_at) : 0;
    if (!facts || ends <= Date.now()) throw this.#unauthorized();
    const caller = this.#callerOf(facts);
    this.#remember(digest, { caller, until: Math.min(ends, Date.now() + this.#config.cacheSeconds * 1_000) });
    return caller;
  }

  #callerOf(facts: TokenFacts): Caller {
    return {
      ...nobodyKnown,
      userId: facts.user.id,
      roles: facts.roles.map(({ name }) => name),
      systemScope: facts.system?.all === true ? 'all' : null,
      domainId: facts.domain?.id ?? null,
      projectId: facts.project?.id ?? null,
      projectName: facts.project?.name ?? null,
      serviceProjectName: this.#config.serviceProjectName ?? null,
    };
  }

  #remember(digest: string, known: Known): void {
    const oldest = this.#known.keys().next();
    if (this.#known.size >= maxKnown && oldest.done !== true) this.#known.delete(oldest.value);
    this.#known.set(digest, known);
  }

  #unauthorized(): ApiError {
    return new ApiError(401, 'The request you have made requires authentication.', {
      form: 'keystone',
      headers: { 'www-authenticate': `Keystone uri="${this.#config.wwwAuthenticateUri}"` },
    });
  }
}
