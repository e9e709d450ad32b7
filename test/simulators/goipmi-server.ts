import { execFile, spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hasProgram, isExecutable } from './programs.js';

const run = promisify(execFile);

/** The BMC server of bougou/go-ipmi: cipher suites 0-3 and 15-17, boot flags kept. User admin, password `password`. */
export interface GoipmiServer {
  host: string;
  port: number;
  close(): Promise<void>;
}

const MODULE = 'github.com/bougou/go-ipmi/cmd/goipmi-server@v0.9.1';
const PORT = 16630;

/** What is missing to run it here, in words; undefined if nothing is. */
export function goipmiMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'goipmi-server needs a network namespace, which only root can make';
  if (!hasProgram('ip')) return 'goipmi-server needs a network namespace: ip is not installed (package iproute2)';
  if (!isExecutable(binary()) && !hasProgram('go')) return 'goipmi-server must be built: go is not installed';
  return undefined;
}

/**
 * Builds it once into the cache, and starts it in a network namespace of its own, joined to this machine by a pair of
 * interfaces: it listens on all addresses, and those must not be reachable from elsewhere.
 */
export async function startGoipmiServer(): Promise<GoipmiServer> {
  if (!isExecutable(binary())) {
    await run('go', ['install', MODULE], { env: { ...process.env, GOBIN: folder() }, cwd: homedir() });
  }
  const { pid } = process;
  const namespace = `temper-${pid}`;
  const [outside, inside] = [`tm${pid}a`, `tm${pid}b`];
  // 198.18.0.0/15 is set aside for tests (RFC 2544); four addresses for each process.
  const network = `198.18.${(pid >> 6) & 0xff}`;
  const first = (pid & 0x3f) << 2;
  const ip = (...words: string[]) => run('ip', words);
  const dropNamespace = () => ip('netns', 'del', namespace);
  await ip('netns', 'add', namespace);
  try {
    await ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', namespace);
    await ip('addr', 'add', `${network}.${first + 1}/30`, 'dev', outside);
    await ip('link', 'set', outside, 'up');
    await ip('-n', namespace, 'addr', 'add', `${network}.${first + 2}/30`, 'dev', inside);
    await ip('-n', namespace, 'link', 'set', inside, 'up');
    const server = spawn('ip', ['netns', 'exec', namespace, binary()], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        GOIPMI_SERVER_PORT: String(PORT),
        GOIPMI_SERVER_USER: 'admin',
        GOIPMI_SERVER_PASS: 'password',
        GOIPMI_SERVER_CIPHER_SUITES: '0,1,2,3,15,16,17',
      },
    });
    const ended = new Promise((done) => server.once('exit', done));
    await new Promise<void>((listening, failed) => {
      server.stdout.on('data', (text: Buffer) => text.includes('listening') && listening());
      void ended.then(() => failed(new Error('goipmi-server ended at once')));
    });
    return {
      host: `${network}.${first + 2}`,
      port: PORT,
      async close() {
        server.kill('SIGKILL');
        await ended;
        await dropNamespace();
      },
    };
  } catch (error) {
    await dropNamespace();
    throw error;
  }
}

function folder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'temper', 'bin');
}

function binary(): string {
  return join(folder(), 'goipmi-server');
}
