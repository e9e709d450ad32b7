import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identify, isAlive } from '../../apps/cli/src/machine/process-identity.js';
import { until } from './support/poll.js';
import { Product, type ChildName } from './support/product.js';

const minute = 60_000;

let product: Product;

beforeAll(async () => {
  product = await Product.start();
}, 3 * minute);

afterAll(async () => {
  product.resumeSupervisor();
  await product.remove();
}, minute);

/** Runs `work` while the server is stopped and stays so. */
async function without(name: ChildName, work: () => Promise<void>): Promise<void> {
  const restarts = product.restartsOf(name);
  const victim = identify(product.pidOf(name));
  product.suspendSupervisor();
  try {
    product.signal(name, 'SIGKILL');
    await until(`${name} to be gone`, 10, () => (victim && isAlive(victim) ? undefined : true));
    await work();
  } finally {
    product.resumeSupervisor();
  }
  await product.waitForRestart(name, restarts);
}

/** A node of fake-hardware in `enroll`. */
async function newNode(name: string): Promise<string> {
  await product.api.call('POST', '/v1/nodes', { name, driver: 'fake-hardware', resource_class: 'outage' });
  return (await product.api.node(name)).uuid;
}

/** Expects Ironic's 503 within five seconds, a bound that clients are promised and no measurement. */
async function expectRefusal(method: string, path: string, body?: unknown): Promise<void> {
  const late = AbortSignal.timeout(5_000);
  const answer = await Promise.race([
    product.api.ask(method, path, { body }),
    new Promise<never>((_, reject) => {
      late.addEventListener('abort', () => reject(new Error(`${method} ${path} was not answered in 5 s.`)));
    }),
  ]);
  expect(answer.status).toBe(503);
  const { error_message: message } = answer.json as { error_message: string };
  expect(JSON.parse(message)).toMatchObject({ faultcode: 'Server', debuginfo: null });
}

const questions: readonly (readonly [string, string, unknown?])[] = [
  ['GET', '/v1/nodes'],
  ['GET', '/v1/nodes/outage'],
  ['POST', '/v1/nodes', { driver: 'fake-hardware' }],
  ['PUT', '/v1/nodes/outage/states/power', { target: 'power on' }],
];

describe('with PostgreSQL away', () => {
  it('every request is told so in time, and all goes on when it is back', { timeout: 3 * minute }, async () => {
    await newNode('outage');
    await without('postgres', async () => {
      for (const [method, path, body] of questions) await expectRefusal(method, path, body);
    });
    await until('the API to answer again', 30, async () => {
      return (await product.api.ask('GET', '/v1/nodes/outage')).status === 200 || undefined;
    });
    expect(product.restartsOf('api')).toBe(0);
    await product.api.provision('outage', 'manage');
    await product.api.waitForState('outage', 'manageable', 60);
  });

  it('frozen, so that connections stay open: the same', { timeout: 3 * minute }, async () => {
    const pids = await product.rows('SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()');
    const frozen = [product.pidOf('postgres'), ...pids.map((row) => Number(row['pid']))];
    product.suspendSupervisor();
    try {
      for (const pid of frozen) process.kill(pid, 'SIGSTOP');
      await Promise.all(questions.map(([method, path, body]) => expectRefusal(method, path, body)));
    } finally {
      for (const pid of frozen) process.kill(pid, 'SIGCONT');
      product.resumeSupervisor();
    }
    await until('the API to answer again', 30, async () => {
      return (await product.api.ask('GET', '/v1/nodes')).status === 200 || undefined;
    });
    expect(product.restartsOf('api')).toBe(0);
  });
});

describe('with Temporal away', () => {
  it('reads work, verbs and allocations are accepted, and run when it is back', { timeout: 4 * minute }, async () => {
    const uuid = await newNode('patient');
    let allocation = '';
    await without('temporal', async () => {
      expect((await product.api.ask('GET', '/v1/nodes/detail')).status).toBe(200);
      const verb = await product.api.ask('PUT', '/v1/nodes/patient/states/provision', { body: { target: 'manage' } });
      expect(verb.status).toBe(202);
      const asked = await product.api.call('POST', '/v1/allocations', { resource_class: 'outage' });
      allocation = (asked as { uuid: string }).uuid;
      expect((await product.api.node(uuid)).provision_state).toBe('verifying');
    });
    await product.api.waitForState('patient', 'manageable', 120);
    await until('the allocation to be decided', 60, async () => {
      const row = await product.api.call('GET', `/v1/allocations/${allocation}`);
      return (row as { state: string }).state === 'error' || undefined;
    });
  });
});
