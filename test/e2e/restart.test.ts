import { afterAll, beforeAll, expect, it } from 'vitest';
import { startFleet, type FleetProcess } from './support/fleet-process.js';
import { runningActivities } from './support/flows.js';
import { askForDeploy, enroll, makeAvailable } from './support/nodes.js';
import { expectDeployedOnce } from './support/once.js';
import { until } from './support/poll.js';
import { freePort, Product } from './support/product.js';
import { Witness } from './support/witness.js';

const minute = 60_000;

let product: Product;
let machines: FleetProcess;

beforeAll(async () => {
  product = await Product.start({ bootPort: await freePort() });
  machines = await startFleet(4, product.bootUrl, 0.3);
}, 3 * minute);

afterAll(async () => {
  await machines.stop();
  await product.remove();
}, minute);

/** The runs that own the unfinished operations, by node. */
async function owners(): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return product.rows(
    'SELECT n.name, o.run_id FROM operations o JOIN nodes n ON n.id = o.node_id WHERE o.ended_at IS NULL ORDER BY n.name',
  );
}

it(
  'a home goes on with its deploys after it was stopped in the middle and started again',
  { timeout: 4 * minute },
  async () => {
    const { control } = machines;
    const delivered = await control.machines();
    const names = delivered.map(({ name }) => name);
    const { api } = product;
    for (const machine of delivered) await enroll(api, control, machine);
    await Promise.all(names.map((name) => makeAvailable(api, name)));
    // They write their images while nobody is there.
    await Promise.all(names.map((name) => control.setFaults(name, { machine: { slowStepMs: 5_000 } })));
    const witnesses = names.map((name) => Witness.from(control, name));
    await Promise.all(names.map((name) => askForDeploy(api, control, name)));
    const uuids = await Promise.all(names.map(async (name) => (await api.node(name)).uuid));
    await until('all machines to run their agent, and a step to be followed', 60, async () => {
      const stages = (await control.machines()).map(({ agentStage }) => agentStage);
      if (!stages.every((stage) => stage === 'serving')) return undefined;
      const running = await Promise.all(uuids.map((uuid) => runningActivities(product.temporal, uuid)));
      return running.flat().includes('agent.followStep') || undefined;
    });
    const before = await owners();
    expect(before.map((row) => row['name'])).toEqual(names);

    expect(await product.stop()).toBe(0);
    expect((await control.machines()).map(({ power }) => power)).toEqual(names.map(() => 'on'));
    product = await Product.start({ dir: product.dir });

    for (const name of names) await product.api.waitForState(name, 'active', 120);
    const after = await product.rows(
      "SELECT n.name, o.run_id FROM operations o JOIN nodes n ON n.id = o.node_id WHERE o.type = 'deploy' ORDER BY n.name",
    );
    expect(after).toEqual(before);
    for (const witness of witnesses) await expectDeployedOnce(product.api, control, witness);
  },
);
