import { randomUUID } from 'node:crypto';
import { openDatabase, type Database } from '#database/client.js';
import type { Prisma } from '#database/generated/client.js';
import { SecretBox } from '#database/secrets.js';
import { startPostgres } from '../../test/support/postgres.js';
import type { RowAccess } from '../node-context.js';

/** A PostgreSQL of its own for one test file. */
export interface TestDatabase extends RowAccess {
  stop(): Promise<void>;
}

/** Starts PostgreSQL with all migrations applied. */
export async function startDatabase(): Promise<TestDatabase> {
  const server = await startPostgres();
  const database = openDatabase(server.url, { poolSize: 4 });
  return {
    database,
    secrets: new SecretBox(`test:${Buffer.alloc(32, 7).toString('base64')}`),
    async stop() {
      await database.$disconnect();
      await server.stop();
    },
  };
}

type NodeRow = Partial<Prisma.NodeUncheckedCreateInput>;
type OperationRow = Partial<Omit<Prisma.OperationUncheckedCreateInput, 'id' | 'nodeId'>>;

/** A node with one running operation. */
export interface Subject {
  readonly nodeId: number;
  readonly uuid: string;
  readonly operationId: string;
}

/** Adds a node of driver `ipmi`, in `deploying`, with a running deploy; either can be given otherwise. */
export async function addSubject(
  database: Database,
  node: NodeRow = {},
  operation: OperationRow = {},
): Promise<Subject> {
  const uuid = randomUUID();
  const operationId = randomUUID();
  const { id } = await database.node.create({
    data: {
      uuid,
      driver: 'ipmi',
      provisionState: 'deploying',
      biosInterface: 'no-bios',
      bootInterface: 'ipxe',
      consoleInterface: 'no-console',
      deployInterface: 'direct',
      firmwareInterface: 'no-firmware',
      inspectInterface: 'agent',
      managementInterface: 'ipmitool',
      networkInterface: 'noop',
      powerInterface: 'ipmitool',
      raidInterface: 'no-raid',
      rescueInterface: 'no-rescue',
      storageInterface: 'noop',
      vendorInterface: 'no-vendor',
      ...node,
    },
  });
  await database.operation.create({
    data: {
      id: operationId,
      nodeId: id,
      number: 1,
      class: 'provision',
      type: 'deploy',
      status: 'running',
      ...operation,
    },
  });
  return { nodeId: id, uuid, operationId };
}

/** The operation's timeline, oldest first. */
export async function timelineOf(database: Database, { operationId }: Subject): Promise<string[]> {
  const lines = await database.operationEvent.findMany({ where: { operationId }, orderBy: { id: 'asc' } });
  return lines.map(({ kind, text }) => `${kind}: ${text}`);
}
