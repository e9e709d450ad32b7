import { execFile } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { defaultCacheDir } from '../../../apps/cli/src/home.js';

/** The client that operators of Ironic use, in the version that the references were recorded with. */
const client = { name: 'python-ironicclient', version: '6.3.0' };

/** What one call of the client came to. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The `baremetal` command against one server without authentication. */
export class Baremetal {
  readonly url: string;
  readonly #program: string;

  constructor(program: string, url: string) {
    this.#program = program;
    this.url = url;
  }

  /** Runs `baremetal <args>`, whatever comes of it. */
  async run(...args: readonly string[]): Promise<Outcome> {
    return call(this.#program, args, { OS_AUTH_TYPE: 'none', OS_ENDPOINT: this.url });
  }

  /** Runs a command that must succeed. @returns what it printed as JSON */
  async json(...args: readonly string[]): Promise<unknown> {
    const { code, stdout, stderr } = await this.run(...args, '-f', 'json');
    if (code !== 0) throw new Error(`baremetal ${args.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }
}

/**
 * Has the client in a virtual environment in the cache, made once.
 *
 * @returns the program's path, or the sentence that names what is missing
 */
export async function installBaremetal(): Promise<{ readonly program: string } | string> {
  const cache = defaultCacheDir(process.env, process.getuid?.() === 0);
  const venv = path.join(cache, `${client.name}-${client.version}`);
  const complete = path.join(venv, '.complete');
  const program = path.join(venv, 'bin', 'baremetal');
  // A cache that was copied from elsewhere has programs that look for their Python there.
  if (existsSync(complete) && (await call(program, ['--version'])).code === 0) return { program };
  rmSync(venv, { recursive: true, force: true });
  const made = await call('python3', ['-m', 'venv', venv]);
  if (made.code !== 0) return 'needs Python 3.10 with venv (package python3-venv)';
  const installed = await call(path.join(venv, 'bin', 'pip'), [
    'install',
    '--quiet',
    '--disable-pip-version-check',
    `${client.name}==${client.version}`,
  ]);
  if (installed.code !== 0) {
    const reason = installed.stderr.trim().split('\n').at(-1) ?? '';
    return `needs ${client.name} ${client.version} from the Python package index (${reason})`;
  }
  writeFileSync(complete, '');
  return { program };
}

/** Runs a program in an environment without anything that would lead the client elsewhere. */
async function call(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(OS_|IRONIC_|PYTHON|VIRTUAL_ENV)/.test(name));
  try {
    const { stdout, stderr } = await promisify(execFile)(program, [...args], {
      env: { ...Object.fromEntries(inherited), LC_ALL: 'C.UTF-8', ...env },
      maxBuffer: 16 << 20,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
    return { code: typeof code === 'number' ? code : -1, stdout, stderr: stderr || String(error) };
  }
}
