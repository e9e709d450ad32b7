import type { Logger } from 'pino';
import { ApiError } from '../errors/api-error.js';
import { headerText, nobodyKnown, type Authenticator, type Caller, type RequestHeaders } from './caller.js';
import { PasswordChecker } from './password-checker.js';
import { UserFile } from './user-file.js';

/** HTTP Basic against a file of users (Ironic common/auth_basic.py); who is in it may do everything. */
export class HttpBasic implements Authenticator {
  readonly #checker = new PasswordChecker();
  readonly #users: UserFile;
  readonly #logger: Logger;

  /** @throws Error in one sentence, when the file does not do */
  constructor(userFile: string, logger: Logger) {
    this.#logger = logger;
    this.#users = new UserFile(userFile, logger, () => this.#checker.forget());
  }

  async authenticate(headers: RequestHeaders): Promise<Caller> {
    const { user, password } = credentialsOf(headerText(headers, 'authorization'));
    const hash = await this.#users.hashOf(user).catch((error: unknown) => {
      this.#logger.error({ err: error }, 'the user file cannot be read');
      throw new ApiError(500, 'Problem reading auth user file', { form: 'guard' });
    });
    if (hash === undefined || !(await this.#checker.matches(user, password, hash))) {
      this.#logger.info({ user }, 'login refused');
      throw unauthorized('Incorrect username or password');
    }
    return { ...nobodyKnown, bound: false, userId: user };
  }

  async close(): Promise<void> {
    await this.#checker.close();
  }
}

function credentialsOf(header: string | undefined): { readonly user: string; readonly password: string } {
  if (header === undefined) throw unauthorized('Authorization required');
  const [, type, token] = /^(\S+)\s+(.*)$/.exec(header.trim()) ?? [];
  if (type === undefined || token === undefined) throw badHeader('Could not parse Authorization header');
  if (type.toLowerCase() !== 'basic') throw badHeader(`Unsupported authorization type "${type}"`);
  const pair = decoded(token);
  const colon = pair?.indexOf(':') ?? -1;
  if (pair === undefined || colon < 0) throw badHeader('Could not decode authorization token');
  return { user: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

/** Base64 of UTF-8, strictly; undefined for anything else. */
function decoded(token: string): string | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(token)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(token, 'base64'));
  } catch {
    return undefined;
  }
}

function unauthorized(text: string): ApiError {
  return new ApiError(401, text, { form: 'guard', headers: { 'www-authenticate': 'Basic realm="Baremetal API"' } });
}

function badHeader(text: string): ApiError {
  return new ApiError(400, text, { form: 'guard' });
}
