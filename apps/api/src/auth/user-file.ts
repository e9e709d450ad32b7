import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { fileMark } from '../http/file-mark.js';

/** Users and their bcrypt hashes, from a file of `htpasswd -B` that is read again when it has changed. */
export class UserFile {
  readonly #path: string;
  readonly #logger: Pick<Logger, 'info' | 'warn'>;
  readonly #onChange: () => void;
  #mark: string | undefined;
  #users: ReadonlyMap<string, string>;

  /**
   * @param onChange called when other users than before hold
   * @throws Error in one sentence, when the file cannot be read or has a hash that is not bcrypt
   */
  constructor(path: string, logger: Pick<Logger, 'info' | 'warn'>, onChange: () => void) {
    this.#path = path;
    this.#logger = logger;
    this.#onChange = onChange;
    this.#users = usersOf(readAtStart(path), (user) => {
      throw new Error(`Only bcrypt digested passwords are supported for ${user}: make ${path} with htpasswd -B.`);
    });
  }

  /**
   * The hash of a user; undefined when there is no such user.
   * @throws Error when the file cannot be read any more
   */
  async hashOf(user: string): Promise<string | undefined> {
    await this.#refresh();
    return this.#users.get(user);
  }

  async #refresh(): Promise<void> {
    const now = await fileMark(this.#path);
    const before = this.#mark;
    if (before === now) return;
    const text = await readFile(this.#path, 'utf8');
    // A user with another hash is left out, so nobody is locked out by another's line.
    this.#users = usersOf(text, (user) => {
      this.#logger.warn(
        { user, file: this.#path },
        'only bcrypt digested passwords are supported; the user is ignored',
      );
    });
    if (before !== undefined) this.#logger.info({ file: this.#path, users: this.#users.size }, 'user file read again');
    this.#mark = now;
    this.#onChange();
  }
}

function readAtStart(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The user file of http_basic cannot be read (${reason}): name one that this account may read.`, {
      cause: error,
    });
  }
}

/** Of several lines of one user the first counts (Ironic common/auth_basic.py). */
function usersOf(text: string, refused: (user: string) => void): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  for (const line of text.split('\n')) {
    const entry = line.trim();
    const colon = entry.indexOf(':');
    if (colon < 0) continue;
    const user = entry.slice(0, colon);
    const hash = entry.slice(colon + 1);
    if (users.has(user)) continue;
    if (/^\$2[aby]\$/.test(hash)) users.set(user, hash);
    else refused(user);
  }
  return users;
}
