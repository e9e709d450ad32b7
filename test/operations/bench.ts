import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker, type WorkflowBundle } from '@temporalio/worker';
import { createBootActivities } from '#activities/boot/index.js';
import { fakeBoot } from '#activities/boot/fake.js';
import { createFakeActivities } from '#activities/fake/index.js';
import { createNetworkActivities } from '#activities/network/index.js';
import { noopNetwork } from '#activities/network/noop.js';
import { createManagementActivities } from '#activities/management/index.js';
import { fakeManagement } from '#activities/management/fake.js';
import { createNodeActivities } from '#activities/nodes/index.js';
import { createPowerActivities } from '#activities/power/index.js';
import { fakePower } from '#activities/power/fake.js';
import { createReconcilerActivities } from '#activities/reconciler/index.js';
import { registerAs, type AnyActivity } from '#activities/register.js';
import { openDatabase, type Database } from '#database/client.js';
import type { Node, Operation } from '#database/generated/client.js';
import { acceptOperation, lockNode, type Accepted, type OperationRequested } from '#database/operations.js';
import { SecretBox } from '#database/secrets.js';
import type { ReconcilerActivities } from '#activities/contract.js';
import type { ProvisionState } from '#domain/states.js';
import { flowQueue, groupQueue, stepQueue } from '#domain/task-queues.js';
import { OperationStarter } from '#temporal-config/operation-starter.js';
import { ensureSearchAttributes } from '#temporal-config/search-attributes.js';
import { bundleFlows } from '../support/bundle-flows.js';
import { startPostgres, type TestPostgres } from '../support/postgres.js';
import { startTemporal } from '../support/temporal-server.js';

/** Real rows, a real Temporal server and the real flows over fake hardware; no API, so that a test commits what it likes. */
export class OperationBench {
  readonly database: Database;
  readonly client: Client;
  readonly starter: OperationStarter;
  readonly reconciler: ReconcilerActivities;
  readonly secrets = new SecretBox(`test:${Buffer.alloc(32, 7).toString('base64')}`);
  readonly #postgres: TestPostgres;
  readonly #temporal: TestWorkflowEnvironment;
  readonly #bundle: WorkflowBundle;

  private constructor(postgres: TestPostgres, temporal: TestWorkflowEnvironment, bundle: WorkflowBundle) {
    this.#postgres = postgres;
    this.#temporal = temporal;
    this.#bundle = bundle;
    this.database = openDatabase(postgres.url);
    this.client = new Client({ connection: temporal.connection });
    this.starter = new OperationStarter(this.client, { apiUrl: 'http://api.test', deadlineMs: 5_000 });
    this.reconciler = createReconcilerActivities({
      database: this.database,
      client: this.client,
      starter: this.starter,
      graceMs: 0,
    });
  }

  /** @returns the bench, or the sentence that says what is missing */
  static async start(): Promise<OperationBench | string> {
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      telemetryOptions: { logging: { forward: {}, filter: 'OFF' } },
    });
    const bundle = await bundleFlows();
    const temporal = await startTemporal();
    if (typeof temporal === 'string') return temporal;
    await ensureSearchAttributes(temporal.connection, 'default');
    const bench = new OperationBench(await startPostgres(), temporal, bundle);
    await bench.database.conductor.create({ data: { hostname: 'bench' } });
    return bench;
  }

  async stop(): Promise<void> {
    await this.database.$disconnect();
    await this.#temporal.teardown();
    await this.#postgres.stop();
  }

  /** Enrolls a node of fake-hardware in the given state; deploy interface `direct` gives the waiting states. */
  async node(
    provisionState: ProvisionState,
    deployInterface: 'fake' | 'direct' = 'fake',
    conductorGroup = '',
  ): Promise<Node> {
    const fake = 'fake';
    return this.database.node.create({
      data: {
        uuid: randomUUID(),
        name: `node-${randomUUID().slice(0, 8)}`,
        driver: 'fake-hardware',
        provisionState,
        conductorGroup,
        biosInterface: fake,
        bootInterface: fake,
        consoleInterface: fake,
        deployInterface,
        firmwareInterface: fake,
        inspectInterface: fake,
        managementInterface: fake,
        networkInterface: 'noop',
        powerInterface: fake,
        raidInterface: fake,
        rescueInterface: fake,
        storageInterface: 'noop',
        vendorInterface: fake,
      },
    });
  }

  /** Commits an operation as a verb does, and starts nothing. */
  async accept(node: Node, request: OperationRequested): Promise<Accepted> {
    return this.database.$transaction(async (tx) => {
      const locked = await lockNode(tx, node.uuid);
      if (!locked) throw new Error(`Node ${node.uuid} is gone.`);
      return acceptOperation(tx, locked, request);
    });
  }

  async operation(id: string): Promise<Operation> {
    return this.database.operation.findUniqueOrThrow({ where: { id } });
  }

  async state(node: Node): Promise<string> {
    const row = await this.database.node.findUniqueOrThrow({ where: { id: node.id } });
    return row.provisionState;
  }

  /** Runs `work` while a worker serves all queues; `broken` replaces the flows by ones whose code fails. */
  async withWorker<T>(work: () => Promise<T>, { broken = false } = {}): Promise<T> {
    const workflowBundle = broken
      ? await bundleFlows(new URL('./broken-flows.ts', import.meta.url).pathname)
      : this.#bundle;
    const shared = { connection: this.#temporal.nativeConnection, activities: this.#activities() };
    const workers = await Promise.all([
      Worker.create({ ...shared, taskQueue: flowQueue, workflowBundle, stickyQueueScheduleToStartTimeout: '1s' }),
      Worker.create({ ...shared, taskQueue: groupQueue('') }),
      Worker.create({ ...shared, taskQueue: stepQueue('') }),
    ]);
    const running = workers.map((worker) => worker.run());
    try {
      return await work();
    } finally {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
    }
  }

  #activities(): Record<string, AnyActivity> {
    const rows = { database: this.database, secrets: this.secrets };
    return {
      ...registerAs(
        'nodes',
        createNodeActivities({
          database: this.database,
          conductor: 'bench',
          settings: { callbackTimeoutS: () => 1800, automatedClean: true },
        }),
      ),
      ...registerAs('fake', createFakeActivities(rows)),
      ...registerAs('power', createPowerActivities({ ...rows, implementations: { fake: fakePower } })),
      ...registerAs('management', createManagementActivities({ ...rows, implementations: { fake: fakeManagement } })),
      ...registerAs('boot', createBootActivities({ ...rows, implementations: { fake: fakeBoot } })),
      ...registerAs('network', createNetworkActivities({ ...rows, implementations: { noop: noopNetwork } })),
      'images.check': async () => {},
      'agent.freezePlan': async () => 0,
    };
  }
}
