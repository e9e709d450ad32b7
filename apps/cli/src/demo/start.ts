import process from 'node:process';
import type { UpConfig } from '../config.js';
import { runInForeground } from '../foreground.js';
import { Problem } from '../problem.js';
import type { Up } from '../up.js';
import { runDemo } from './demo.js';
import { LiveView } from './live-view.js';

/** Machines of the demo. */
export const DEMO_FLEET = 8;

/**
 * `temper start`: everything plus simulated machines, each taken from `enroll` to `active` before the reader's eyes.
 *
 * @param exitWhenDone stops at the end; the exit code says whether all nodes became active
 * @throws Problem with real data: the demo enrolls nodes and must never do that beside real ones
 */
export async function start(config: UpConfig, exitWhenDone: boolean): Promise<void> {
  refuseRealInstallation(config);
  await runInForeground(config, async (running, wishToStop) => {
    const say = (line: string): void => void process.stdout.write(`${line}\n`);
    say(`\nTaking ${config.fleet} simulated machines from enroll to active: verify, clean, deploy.\n`);
    const view = new LiveView(process.stdout, Boolean(process.env['NO_COLOR']));
    const { active, total, failures } = await runDemo(
      { api: running.apiUrl, fleet: running.fleetUrl },
      view,
      wishToStop,
    );
    if (wishToStop.aborted) return true;
    for (const failure of failures) say(failure);
    say(`\n${active} of ${total} nodes active`);
    if (active < total) process.exitCode = 1;
    if (!exitWhenDone) for (const line of whatNext(config, running)) say(line);
    return exitWhenDone;
  });
}

/** @throws Problem for what only a real installation has */
function refuseRealInstallation({ databaseUrl, temporalAddress, apiOpen, apiTls }: UpConfig): void {
  const real =
    databaseUrl !== undefined ? 'DATABASE_URL' : temporalAddress !== undefined ? 'TEMPORAL_ADDRESS' : undefined;
  if (real) {
    throw new Problem(
      `The demo runs on data of its own only and ${real} is set: use "temper up" for a real installation, or unset ${real} for the demo.`,
    );
  }
  if (!apiOpen || apiTls) {
    throw new Problem(
      'The demo speaks plain HTTP without a login, and auth.strategy or tls.cert_file is set: use "temper up" for a real installation, or give the demo a --home without temper.yaml.',
    );
  }
}

function whatNext(config: UpConfig, { apiUrl, temporalUiUrl }: Up): readonly string[] {
  return [
    '',
    'Try next, in another terminal:',
    '  pip install python-ironicclient',
    `  export OS_AUTH_TYPE=none OS_ENDPOINT=${apiUrl}`,
    '  baremetal node list',
    '  baremetal node undeploy sim-01      back to available, with cleaning',
    '  baremetal node reboot sim-02        a power operation over IPMI',
    `  ${temporalUiUrl ?? ''}/namespaces/${config.namespace}/workflows   every step of every flow`,
    '  npx temper status',
    '',
    'Ctrl-C stops everything; the nodes are still there at the next "npm start".',
  ];
}
