import { execFile } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { defaultCacheDir } from '../../../apps/cli/src/home.js';

/** A program of the Python package index in a virtual environment of its own. */
export interface PythonPeer {
  /** The environment's interpreter. */
  readonly python: string;
  /** Folder of its commands. */
  readonly bin: string;
  /** The process's own variables without those that would lead a client elsewhere, and `more`. */
  environment(more?: Readonly<Record<string, string>>): NodeJS.ProcessEnv;
}

/** The clients of Ironic, in the versions that the references were recorded with. */
export const clients = { ironicclient: 'python-ironicclient==6.3.0', openstacksdk: 'openstacksdk==4.22.0' } as const;

/**
 * Has a package in a virtual environment in the cache, made once.
 *
 * @param requirement with its version, such as `openstacksdk==4.22.0`
 * @returns the environment, or the sentence that names what is missing
 */
export async function installPythonPeer(requirement: string): Promise<PythonPeer | string> {
  const cache = defaultCacheDir(process.env, process.getuid?.() === 0);
  const venv = path.join(cache, requirement.replace('==', '-'));
  const complete = path.join(venv, '.complete');
  const bin = path.join(venv, 'bin');
  const peer: PythonPeer = { python: path.join(bin, 'python'), bin, environment };
  // A cache that was copied from elsewhere has programs that look for their Python there.
  if (existsSync(complete) && (await succeeds(path.join(bin, 'pip'), ['--version'])) === true) return peer;
  rmSync(venv, { recursive: true, force: true });
  if ((await succeeds('python3', ['-m', 'venv', venv])) !== true) {
    return 'needs Python 3.10 with venv (package python3-venv)';
  }
  const installed = await succeeds(path.join(bin, 'pip'), [
    'install',
    '--quiet',
    '--disable-pip-version-check',
    requirement,
  ]);
  if (installed !== true) return `needs ${requirement} from the Python package index (${installed})`;
  writeFileSync(complete, '');
  return peer;
}

/** True, or the last line of what it complained about. */
async function succeeds(program: string, args: readonly string[]): Promise<true | string> {
  try {
    await promisify(execFile)(program, [...args], { env: environment() });
    return true;
  } catch (error) {
    const { stderr = String(error) } = error as { stderr?: string };
    return stderr.trim().split('\n').at(-1) ?? '';
  }
}

function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(OS_|IRONIC_|PYTHON|VIRTUAL_ENV)/.test(name));
  return { ...Object.fromEntries(inherited), LC_ALL: 'C.UTF-8', ...more };
}
