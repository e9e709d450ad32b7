import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename } from 'node:path';

/** Below the ports that the kernel gives to outgoing connections (32768…), which could take a port between restarts. */
const LOWEST = 20_000;
const HIGHEST = 32_000;

/** Whether a TCP server can be started there now. */
export function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The preferred port if it is free, otherwise one that is. */
export async function choosePort(
  host: string,
  preferred: number | undefined,
  taken: ReadonlySet<number>,
): Promise<number> {
  if (preferred !== undefined && !taken.has(preferred) && (await isFree(host, preferred))) return preferred;
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if (!taken.has(port) && (await isFree(host, port))) return port;
  }
}

/** The first of `count` neighbouring free UDP ports; the preferred first one if they all are free. */
export async function chooseUdpRange(host: string, count: number, preferred: number | undefined): Promise<number> {
  if (preferred !== undefined && (await isUdpRangeFree(host, preferred, count))) return preferred;
  for (;;) {
    const first = randomInt(LOWEST, HIGHEST - count);
    if (await isUdpRangeFree(host, first, count)) return first;
  }
}

async function isUdpRangeFree(host: string, first: number, count: number): Promise<boolean> {
  for (let port = first; port < first + count; port += 1) {
    if (!(await isUdpFree(host, port))) return false;
  }
  return true;
}

function isUdpFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}

/** Who listens on a TCP port, for people: `nginx (process 812)`. Names what it can see and never fails. */
export function whoListens(port: number): string {
  const socket = listeningSocket(port);
  if (!socket) return 'another program';
  const pid = processOf(socket.inode);
  if (pid === undefined) return `a program of the user with id ${socket.uid}`;
  return `${commandOf(pid)} (process ${pid})`;
}

/** Lines of proc(5) `net/tcp`: `sl local_address rem_address st … uid timeout inode`; state 0A is LISTEN. */
function listeningSocket(port: number): { readonly uid: string; readonly inode: string } | undefined {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readLines(table)) {
      const [, local = '', , state, , , , uid = '', , inode = ''] = line.trim().split(/\s+/);
      if (state === '0A' && local.endsWith(suffix)) return { uid, inode };
    }
  }
  return undefined;
}

function processOf(inode: string): number | undefined {
  const wanted = `socket:[${inode}]`;
  const pids = entriesOf('/proc').filter((entry) => /^\d+$/.test(entry));
  const owner = pids.find((pid) =>
    entriesOf(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === wanted),
  );
  return owner === undefined ? undefined : Number(owner);
}

/** The program and its first argument, which tells more than the bare name ("node /…/dist/apps/api/src/main.js"). */
function commandOf(pid: number): string {
  const [program = '', ...args] = (readLines(`/proc/${pid}/cmdline`)[0] ?? '').split('\0').filter(Boolean);
  const argument = args.find((word) => !word.startsWith('-'));
  return [basename(program), argument].filter(Boolean).join(' ') || 'a program';
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linkOf(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}
