import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeView } from './support/api.js';
import type { LogEntry } from './support/fleet.js';
import { activitiesOf, runningActivities, starterOf } from './support/flows.js';
import { askForDeploy, enroll, makeAvailable } from './support/nodes.js';
import { expectDeployedOnce } from './support/once.js';
import { until } from './support/poll.js';
import { Product } from './support/product.js';
import { Witness } from './support/witness.js';

/*
 * Eight machines are deployed again and again; each time another process dies in the middle. The first time none does:
 * that is what the others are measured by.
 */

const machines = 8;
const minute = 60_000;
/** The promise: a killed process costs a deploy at most this much. */
const mayCostS = 60;

let product: Product;
let names: readonly string[];
let undisturbedMs: number;

beforeAll(async () => {
  product = await Product.start({ fleet: machines, timeScale: 0.3 });
  const { api, fleet } = product;
  names = (await fleet.machines()).map(({ name }) => name);
  // Long enough that a process can be killed while they run.
  await onEach((name) => fleet.setFaults(name, { machine: { slowStepMs: 3_000 } }));
  for (const machine of await fleet.machines()) await enroll(api, fleet, machine);
  await onEach((name) => makeAvailable(api, name));
  const deploys = await startDeploys();
  await allActive(120);
  undisturbedMs = deploys.elapsedMs();
}, 4 * minute);

afterAll(() => product.remove(), minute);

function onEach<T>(work: (name: string) => Promise<T>): Promise<T[]> {
  return Promise.all(names.map(work));
}

async function allActive(withinS: number): Promise<readonly NodeView[]> {
  return onEach((name) => product.api.waitForState(name, 'active', withinS));
}

interface Deploys {
  readonly witnesses: readonly Witness[];
  elapsedMs(): number;
}

async function startDeploys(): Promise<Deploys> {
  const { api, fleet } = product;
  const witnesses = names.map((name) => Witness.from(fleet, name));
  const began = performance.now();
  await onEach((name) => askForDeploy(api, fleet, name));
  return { witnesses, elapsedMs: () => performance.now() - began };
}

/** Takes the instances away, so that all are available again. */
async function undeploy(): Promise<void> {
  await onEach((name) => product.api.provision(name, 'deleted'));
  await onEach((name) => product.api.waitForState(name, 'available', 60));
}

async function uuidOf(name: string): Promise<string> {
  return (await product.api.node(name)).uuid;
}

async function expectDoneOnce({ witnesses }: Deploys): Promise<void> {
  for (const witness of witnesses) await expectDeployedOnce(product.api, product.fleet, witness);
}

/** Waits until at least `count` steps are followed by the worker. */
async function stepsAreFollowed(uuids: readonly string[], count: number): Promise<void> {
  await until(`${count} steps to be followed`, 60, async () => {
    const running = await Promise.all(uuids.map((uuid) => runningActivities(product.temporal, uuid)));
    return running.flat().filter((type) => type === 'agent.followStep').length >= count || undefined;
  });
}

describe('eight deploys go on', () => {
  it('when the worker is killed in the middle', { timeout: 4 * minute }, async () => {
    await undeploy();
    const deploys = await startDeploys();
    const uuids = await onEach(uuidOf);
    await stepsAreFollowed(uuids, 2);
    const restarts = product.restartsOf('worker');
    await product.kill('worker');

    await allActive(undisturbedMs / 1_000 + mayCostS);
    expect(deploys.elapsedMs()).toBeLessThan(undisturbedMs + mayCostS * 1_000);
    expect(product.restartsOf('worker')).toBe(restarts + 1);
    const activities = (await Promise.all(uuids.map((uuid) => activitiesOf(product.temporal, uuid)))).flat();
    const again = activities.filter(({ attempt }) => attempt >= 2);
    expect(again.map(({ type }) => type)).toContain('agent.followStep');
    expect(again.map(({ lostBy }) => lostBy)).toContain('activity Heartbeat timeout');
    await expectDoneOnce(deploys);
  });

  it(
    'when the API is killed while machines ask for their boot, and again while agents do',
    { timeout: 4 * minute },
    async () => {
      await undeploy();
      const deploys = await startDeploys();
      await killApiUntilMissed(
        async () => (await stages()).includes('firmware'),
        deploys,
        ({ event }) => event === 'fetch',
      );
      await killApiUntilMissed(
        async () => (await stages()).some((stage) => stage === 'kernel' || stage === 'agent'),
        deploys,
        ({ event, detail }) => event.endsWith('failed') && detail === 'no connection',
      );
      await allActive(undisturbedMs / 1_000 + mayCostS);
      expect(deploys.elapsedMs()).toBeLessThan(undisturbedMs + mayCostS * 1_000);
      await expectDoneOnce(deploys);
    },
  );
});

async function stages(): Promise<readonly string[]> {
  return (await product.fleet.machines()).map(({ stage }) => stage);
}

/** Kills the API when it is time, and lets it be started again only after a machine has asked it in vain. */
async function killApiUntilMissed(
  isTime: () => Promise<boolean>,
  { witnesses }: Deploys,
  isMissing: (entry: LogEntry) => boolean,
): Promise<void> {
  await until('the time to kill the API', 60, async () => (await isTime()) || undefined);
  const restarts = product.restartsOf('api');
  product.suspendSupervisor();
  await product.kill('api');
  const killedAt = new Date().toISOString();
  await until('a machine to miss the API', 60, async () => {
    const logs = await Promise.all(witnesses.map((witness) => witness.log()));
    return logs.flat().some((entry) => entry.at > killedAt && isMissing(entry)) || undefined;
  });
  product.resumeSupervisor();
  await product.waitForRestart('api', restarts);
}

it(
  'an operation is started by the reconciler when the API was killed between its commit and the start of its flow',
  { timeout: 2 * minute },
  async () => {
    const { api } = product;
    const name = names[0] ?? '';
    const { uuid } = await api.waitForState(name, 'active', 1);
    const restarts = product.restartsOf('api');
    // With Temporal away the API can commit the verb but not start its flow; then it dies.
    product.suspendSupervisor();
    await product.kill('temporal');
    const asked = api.provision(name, 'deleted').catch(() => undefined);
    const operation = "FROM operations o JOIN nodes n ON n.id = o.node_id WHERE n.uuid = $1 AND o.type = 'teardown'";
    const ofNewest = `SELECT o.status ${operation} ORDER BY o.number DESC LIMIT 1`;
    await until('the row to be committed', 10, async () => {
      const [newest] = await product.rows(ofNewest, [uuid]);
      return newest?.['status'] === 'pending' || undefined;
    });
    await product.kill('api');
    product.resumeSupervisor();
    await asked;

    await until('the flow to claim its operation', 30, async () => {
      const [newest] = await product.rows(ofNewest, [uuid]);
      return newest?.['status'] !== 'pending' || undefined;
    });
    expect(await starterOf(product.temporal, uuid)).toMatch(new RegExp(`^${product.pidOf('worker')}@`));
    await product.waitForRestart('api', restarts);
    await api.waitForState(name, 'available', 60);
  },
);
