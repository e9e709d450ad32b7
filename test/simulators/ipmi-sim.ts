import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** OpenIPMI's BMC simulator (Debian package openipmi), cipher suites 0-3 and 6. */
export interface IpmiSim {
  host: string;
  port: number;
  /** What its chassis program keeps: power (0 or 1), boot, resets, shutdowns. */
  state(): Promise<Record<string, string>>;
  /** Ends and starts it again on the same port: all sessions are forgotten. */
  restart(): Promise<void>;
  /** Silent as long as it is stopped. */
  stop(): void;
  proceed(): void;
  close(): Promise<void>;
}

/**
 * Called as `chassis STATE get|set PARAMETER VALUE…`; `get` prints `PARAMETER:VALUE` lines. ipmi_sim keeps nothing of
 * the chassis itself.
 */
const CHASSIS_PROGRAM = `#!/bin/sh
state=$1; op=$2; shift 2
value() { sed -n "s/^$1=//p" "$state"; }
put() { grep -v "^$1=" "$state" > "$state.new"; echo "$1=$2" >> "$state.new"; mv "$state.new" "$state"; }
case $op in
get) for parameter in "$@"; do echo "$parameter:$(value "$parameter")"; done ;;
set) while [ $# -gt 1 ]; do
    case $1 in
    reset) put resets $(( $(value resets) + 1 )) ;;
    shutdown) put shutdowns $(( $(value shutdowns) + 1 )); put power 0 ;;
    *) put "$1" "$2" ;;
    esac
    shift 2
  done ;;
esac
`;

const EMULATOR = `mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02
mc_enable 0x20
`;

/** Starts ipmi_sim on loopback. `kg`: at most 19 characters, it cuts longer ones. */
export async function startIpmiSim(kg?: string): Promise<IpmiSim> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-ipmi-sim-'));
  const port = await freePort();
  const stateFile = join(folder, 'state');
  const program = join(folder, 'chassis');
  await writeFile(stateFile, 'power=0\nboot=default\nresets=0\nshutdowns=0\n');
  await writeFile(program, CHASSIS_PROGRAM);
  await chmod(program, 0o755);
  await writeFile(join(folder, 'sim.emu'), EMULATOR);
  await writeFile(join(folder, 'lan.conf'), configuration(port, `${program} ${stateFile}`, kg));
  const run = (): ChildProcess =>
    spawn('ipmi_sim', ['-n', '-c', 'lan.conf', '-f', 'sim.emu', '-s', folder], { cwd: folder, stdio: 'ignore' });
  let child = run();
  await answersPing(port, child);
  return {
    host: '127.0.0.1',
    port,
    async state() {
      const text = await readFile(stateFile, 'utf8');
      return Object.fromEntries(
        text
          .trim()
          .split('\n')
          .map((line) => line.split('=')),
      );
    },
    async restart() {
      await end(child);
      child = run();
      await answersPing(port, child);
    },
    stop: () => void child.kill('SIGSTOP'),
    proceed: () => void child.kill('SIGCONT'),
    async close() {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configuration(port: number, chassis: string, kg: string | undefined): string {
  const levels = ['callback', 'user', 'operator', 'admin'];
  return `name "bmc"
set_working_mc 0x20
  startlan 1
    addr 127.0.0.1 ${port}
    priv_limit admin
${levels.map((level) => `    allowed_auths_${level} none md5 straight`).join('\n')}
    guid 7e3af00d000040008000000000000001
    ${kg === undefined ? '' : `bmc_key "${kg}"`}
  endlan
  chassis_control "${chassis}"
  user 2 true  "admin"    "password" admin    10 none md5 straight
  user 3 true  "operator" "password" operator 10 none md5 straight
  user 5 false "disabled" "password" admin    10 none md5 straight
`;
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound));
  const { port } = socket.address();
  await new Promise<void>((closed) => socket.close(() => closed()));
  return port;
}

/** Sends presence pings until one is answered. */
async function answersPing(port: number, child: ChildProcess): Promise<void> {
  const ping = Buffer.from('0600ff06000011be80010000', 'hex');
  const socket = createSocket('udp4');
  let isUp = false;
  socket.on('message', () => (isUp = true));
  try {
    for (let tries = 0; tries < 100 && !isUp; tries += 1) {
      if (child.exitCode !== null) throw new Error(`ipmi_sim ended with ${child.exitCode}`);
      socket.send(ping, port, '127.0.0.1');
      await delay(50);
    }
    if (!isUp) throw new Error('ipmi_sim does not answer');
  } finally {
    socket.close();
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await ended;
}
