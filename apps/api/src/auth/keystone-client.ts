import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { z } from 'zod';
import type { KeystoneConfig } from './auth-config.js';

const named = z.object({ id: z.string(), name: z.string() });

/** What Keystone says of a valid token (Identity API v3, GET /v3/auth/tokens), as far as it matters here. */
const tokenBody = z.object({
  token: z.object({
    expires_at: z.iso.datetime({ offset: true }),
    user: named,
    roles: z.array(z.object({ name: z.string() })).default([]),
    project: named.optional(),
    domain: named.optional(),
    system: z.object({ all: z.boolean() }).optional(),
  }),
});

/** A valid token. */
export type TokenFacts = z.output<typeof tokenBody>['token'];

/** Keystone gave no answer that could be used: it is away, or refuses this service's own account. */
export class KeystoneError extends Error {
  override readonly name = 'KeystoneError';
}

interface Answer {
  readonly status: number;
  readonly token: string | undefined;
  readonly body: unknown;
}

/** Validates tokens with Keystone, under this service's account. */
export class KeystoneClient {
  readonly #config: KeystoneConfig;
  readonly #agent: Agent;
  #own: Promise<string> | undefined;

  /** @throws Error in one sentence, when the file of certificates cannot be read */
  constructor(config: KeystoneConfig) {
    this.#config = config;
    const ms = config.timeoutSeconds * 1_000;
    this.#agent = new Agent({
      connect: { timeout: ms, ...(config.caFile === undefined ? {} : { ca: certificates(config.caFile) }) },
      headersTimeout: ms,
      bodyTimeout: ms,
    });
  }

  /**
   * What Keystone knows of a token; undefined when it is not valid, has expired or was revoked.
   * @throws KeystoneError when that cannot be found out now
   */
  async validate(token: string): Promise<TokenFacts | undefined> {
    let answer = await this.#ask(token);
    // Our own token has ended before its time, as after a change of keys.
    if (answer.status === 401) {
      this.#own = undefined;
      answer = await this.#ask(token);
    }
    if (answer.status === 404) return undefined;
    if (answer.status !== 200)
      throw new KeystoneError(`Keystone answers ${answer.status} to the validation of a token.`);
    const parsed = tokenBody.safeParse(answer.body);
    if (!parsed.success) throw new KeystoneError('Keystone answers something else than a token to its validation.');
    return parsed.data.token;
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #ask(token: string): Promise<Answer> {
    const own = await this.#ownToken();
    return this.#send('GET', { 'x-auth-token': own, 'x-subject-token': token });
  }

  /** One token for all validations; a failure is not kept. */
  async #ownToken(): Promise<string> {
    const asked = (this.#own ??= this.#login());
    try {
      return await asked;
    } catch (error) {
      if (this.#own === asked) this.#own = undefined;
      throw error;
    }
  }

  async #login(): Promise<string> {
    const { username, password, userDomainName, projectName, projectDomainName } = this.#config;
    const { status, token } = await this.#send(
      'POST',
      {},
      {
        auth: {
          identity: {
            methods: ['password'],
            password: { user: { name: username, password, domain: { name: userDomainName } } },
          },
          scope: { project: { name: projectName, domain: { name: projectDomainName } } },
        },
      },
    );
    if (status === 201 && token !== undefined) return token;
    throw new KeystoneError(
      `Keystone answers ${status} to the login of ${username} in project ${projectName}: check the section keystone of the configuration.`,
    );
  }

  async #send(method: 'GET' | 'POST', headers: Readonly<Record<string, string>>, body?: unknown): Promise<Answer> {
    const url = `${this.#config.authUrl}/v3/auth/tokens`;
    try {
      const response = await request(url, {
        method,
        dispatcher: this.#agent,
        headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.body.text();
      const issued = response.headers['x-subject-token'];
      return { status: response.statusCode, token: typeof issued === 'string' ? issued : undefined, body: json(text) };
    } catch (error) {
      throw new KeystoneError(`Keystone does not answer at ${url}.`, { cause: error });
    }
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function certificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The certificates for Keystone cannot be read (${reason}): correct keystone.cafile.`, {
      cause: error,
    });
  }
}
