import type { Client } from '@temporalio/client';
import { openBootOf } from '#database/open-boot.js';
import { acceptedOf } from '#database/operations.js';
import type { Database } from '#database/client.js';
import type { Node, Operation, OperationRequest } from '#database/generated/client.js';
import { nodeWorkflowId, type OperationStarter } from '#temporal-config/operation-starter.js';
import type { ReconcilerActivities } from '../contract.js';
import { flowCondition, type FlowCondition } from './flows.js';
import { forgetSweeps } from './forget-sweeps.js';
import { nameUnserved, servedGroups } from './groups.js';

export interface ReconcilerDeps {
  readonly database: Database;
  readonly client: Client;
  readonly starter: OperationStarter;
  /** Milliseconds that a start may be on its way before it is taken for lost. */
  readonly graceMs?: number;
}

type Unfinished = Operation & { node: Node; requests: OperationRequest[] };

/** A start that is younger is most likely still on its way. */
const GRACE_MS = 5_000;

/** More attempts of one workflow task than this are no hiccup but a defect or a release that does not fit the history. */
const STUCK_ATTEMPTS = 3;

/** A flow that is still open so long after its operation ended has nothing left to do. */
const LINGER_MS = 60_000;

/** How far back ended operations are looked at; the sweeps before have seen older ones. */
const LINGER_WINDOW_MS = 10 * LINGER_MS;

/** How many nodes are asked about at once. */
const PARALLEL = 20;

/** What a sweep found on one node. */
export type Finding = 'started' | 'failed' | 'named' | 'cancelled' | 'fine';

/** Keeps rows and flows in agreement; see {@link ReconcilerActivities}. Every finding may be acted on twice. */
export function createReconcilerActivities(deps: ReconcilerDeps): ReconcilerActivities {
  return {
    async sweep() {
      const before = new Date(Date.now() - graceOf(deps));
      const unfinished = await deps.database.operation.findMany({
        where: { status: { in: ['pending', 'running'] }, createdAt: { lt: before } },
        include: { node: true, requests: { where: { handledAt: null } } },
        orderBy: { createdAt: 'asc' },
      });
      const served = await servedGroups(deps.database);
      const findings = [
        ...(await eachOf(unfinished, (operation) => tend(deps, operation))),
        ...(await eachOf(unfinished, (operation) => nameUnserved(deps.database, operation, served))),
        ...(await eachOf(await lingering(deps), (operation) => cancelLingering(deps, operation))),
      ];
      const allocating = await wakeAllocations(deps, before);
      await forgetSweeps(deps.client);
      const count = (kind: Finding): number => findings.filter((finding) => finding === kind).length;
      return {
        started: count('started'),
        failed: count('failed'),
        named: count('named'),
        cancelled: count('cancelled'),
        allocating,
      };
    },
  };
}

/** Allocations that nobody has looked at: the signal was lost, or Temporal was away. */
async function wakeAllocations({ database, starter }: ReconcilerDeps, before: Date): Promise<number> {
  const left = await database.allocation.count({ where: { state: 'allocating', createdAt: { lt: before } } });
  if (left > 0) await starter.allocate();
  return left;
}

async function eachOf<T>(items: readonly T[], look: (item: T) => Promise<Finding>): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (let from = 0; from < items.length; from += PARALLEL) {
    findings.push(...(await Promise.all(items.slice(from, from + PARALLEL).map(look))));
  }
  return findings;
}

async function tend(deps: ReconcilerDeps, operation: Unfinished): Promise<Finding> {
  const flow = await flowCondition(deps.client, operation.node.uuid);
  if (flow.running && flow.taskAttempt > STUCK_ATTEMPTS) return nameStuck(deps, operation, flow);
  if (operation.status === 'pending') {
    // Its flow is there but has not claimed it yet: another signal would only begin its failing task's count anew.
    return flow.running && flow.operationId === operation.id ? 'fine' : startLost(deps, operation);
  }
  if (!flow.running) return startLost(deps, operation, 'failed');
  if (operation.requests.some((request) => isOld(deps, request.createdAt))) return startLost(deps, operation);
  if (operation.awaitsBeat && (await beatIsThere(deps, operation))) {
    await deps.starter.beat(operation.node.uuid);
    return 'started';
  }
  return 'fine';
}

function isOld(deps: ReconcilerDeps, at: Date): boolean {
  return Date.now() - at.getTime() > graceOf(deps);
}

function graceOf({ graceMs = GRACE_MS }: ReconcilerDeps): number {
  return graceMs;
}

/** Starts or wakes the flow; a running operation whose flow is gone is failed and undone by the new run itself. */
async function startLost(deps: ReconcilerDeps, operation: Unfinished, finding: Finding = 'started'): Promise<Finding> {
  // The row may have ended between the two questions.
  const present = await deps.database.operation.findUnique({ where: { id: operation.id } });
  if (!present || present.endedAt) return 'fine';
  const carrier = await carrierOf(deps, operation);
  await deps.starter.start(acceptedOf(operation, operation.node), acceptedOf(carrier, operation.node));
  return finding;
}

/** A power request beside a waiting operation is carried out by that operation's flow. */
async function carrierOf({ database }: ReconcilerDeps, operation: Operation): Promise<Operation> {
  if (operation.class === 'provision') return operation;
  const provision = await database.operation.findFirst({
    where: { nodeId: operation.nodeId, class: 'provision', status: { in: ['pending', 'running'] } },
  });
  return provision ?? operation;
}

async function nameStuck({ database }: ReconcilerDeps, operation: Unfinished, flow: FlowCondition): Promise<Finding> {
  const lastError =
    `The ${operation.type} of node ${operation.node.name ?? operation.node.uuid} is stuck: its workflow task failed ` +
    `${flow.taskAttempt} times; see the worker's log, then fix or roll back the release and it goes on by itself.`;
  if (operation.node.lastError === lastError) return 'named';
  await database.node.update({ where: { id: operation.nodeId }, data: { lastError } });
  await database.operationEvent.create({ data: { operationId: operation.id, kind: 'diagnosis', text: lastError } });
  return 'named';
}

async function beatIsThere({ database }: ReconcilerDeps, operation: Operation): Promise<boolean> {
  const boot = await openBootOf(database, operation.nodeId);
  return boot !== null && (boot.heartbeats > 0 || boot.repeatedLookups > 0);
}

/** Operations that ended a while ago, on nodes without an unfinished one. */
async function lingering({ database }: ReconcilerDeps): Promise<(Operation & { node: Node })[]> {
  return database.operation.findMany({
    where: {
      endedAt: { gt: new Date(Date.now() - LINGER_WINDOW_MS), lt: new Date(Date.now() - LINGER_MS) },
      node: { operations: { none: { status: { in: ['pending', 'running'] } } } },
    },
    include: { node: true },
  });
}

async function cancelLingering({ client }: ReconcilerDeps, operation: Operation & { node: Node }): Promise<Finding> {
  const flow = await flowCondition(client, operation.node.uuid);
  if (!flow.running || flow.runId !== operation.runId) return 'fine';
  await client.workflow.getHandle(nodeWorkflowId(operation.node.uuid), flow.runId ?? undefined).cancel();
  return 'cancelled';
}
