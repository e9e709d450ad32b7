import { failureOf } from '#domain/states.js';
import type { TransitionEvent } from '#domain/transitions.js';
import { recordHistory } from '#database/history.js';
import { stateOf } from '#database/operations.js';
import type { Prisma } from '#database/generated/client.js';
import type { Failure, WriteKey } from '../contract.js';
import { changeInternalInfo } from '../internal-info.js';
import type { NodeDeps } from './deps.js';
import { moveByEvent } from './enter.js';
import { steppedKindOf } from './operation-kinds.js';
import { closingWrite, type OwnedRows } from './own-write.js';
import { removeRescuePassword } from './rescue-password.js';
import { planText } from './step-texts.js';

/** See {@link NodeActivities.finish}. */
export async function finish(deps: NodeDeps, key: WriteKey, event: TransitionEvent | null): Promise<void> {
  await closingWrite(deps, key, async (rows) => {
    await endRunningStep(rows, 'succeeded', null);
    await recordEnd(deps, rows);
    if (event) await moveByEvent(rows, event, 'done');
    await clearProgress(rows, null);
    await endKind(rows, 'succeeded');
    await close(rows, 'succeeded', null);
  });
}

/** See {@link NodeActivities.fail}. */
export async function fail(
  deps: NodeDeps,
  key: WriteKey,
  event: TransitionEvent | null,
  failure: Failure,
): Promise<void> {
  await closingWrite(deps, key, async (rows) => {
    const stepRan = await endRunningStep(rows, failure.outcome, failure.message);
    await recordHistory(rows.tx, rows.node, deps.conductor, {
      severity: 'ERROR',
      eventType: failure.historyType,
      event: failure.message,
      user: rows.operation.requester,
      project: rows.operation.project,
    });
    if (event) await moveDown(rows, event, failure);
    await clearProgress(rows, failure.message);
    await endKind(rows, failure.outcome);
    const fault = faultOf(rows, failure, stepRan);
    if (fault) await setAside(rows, fault, failure.message);
    await close(rows, failure.outcome, failure.message);
  });
}

/** True when a step was running. */
async function endRunningStep({ tx, operation }: OwnedRows, status: string, error: string | null): Promise<boolean> {
  const { count } = await tx.operationStep.updateMany({
    where: { operationId: operation.id, status: 'running' },
    data: { status, endedAt: new Date(), error },
  });
  return count > 0;
}

async function recordEnd({ conductor }: NodeDeps, { tx, node, operation }: OwnedRows): Promise<void> {
  const kind = steppedKindOf(operation);
  if (!kind) return;
  const steps = await tx.operationStep.findMany({ where: { operationId: operation.id }, orderBy: { index: 'asc' } });
  if (steps.length === 0) return;
  await recordHistory(tx, node, conductor, {
    severity: 'INFO',
    eventType: kind.historyEnd,
    event: kind.endText(planText(steps)),
    user: operation.requester,
    project: operation.project,
  });
}

async function clearProgress({ tx, node, operation }: OwnedRows, lastError: string | null): Promise<void> {
  const cleared: Prisma.NodeUpdateInput = { targetPowerState: null, updatedAt: new Date() };
  // A power operation leaves the steps and the error of the provision operation beside it alone.
  if (operation.class === 'provision') {
    // As in Ironic, a service step that a tear-down cut off stays to be seen.
    const service = operation.type === 'service' ? { serviceStep: {} } : {};
    Object.assign(cleared, { deployStep: {}, cleanStep: {}, ...service, lastError });
    const kind = steppedKindOf(operation);
    // Ironic leaves the plan behind as null.
    if (kind) await changeInternalInfo(tx, node.id, { set: { [kind.planKey]: null }, remove: [kind.indexKey] });
  }
  if (operation.class === 'power' && lastError !== null) Object.assign(cleared, { lastError, powerState: 'error' });
  await tx.node.update({ where: { id: node.id }, data: cleared });
}

/** Where failure leads. A hold ends by the abort that was asked for; an aborted servicing leaves the instance as it was. */
async function moveDown(rows: OwnedRows, event: TransitionEvent, { message, outcome }: Failure): Promise<void> {
  await moveByEvent(rows, failureOf(stateOf(rows.node))?.event ?? event, message);
  if (rows.operation.type !== 'service' || outcome !== 'aborted') return;
  const node = await rows.tx.node.findUniqueOrThrow({ where: { id: rows.node.id } });
  await moveByEvent({ ...rows, node }, 'abort', 'the instance goes on');
}

/** What each kind of operation leaves on the node when it has ended. */
async function endKind({ tx, node, operation }: OwnedRows, outcome: 'succeeded' | 'failed' | 'aborted'): Promise<void> {
  const { id } = node;
  switch (operation.type) {
    case 'inspect':
      await tx.node.update({
        where: { id },
        data: { inspectionStartedAt: null, ...(outcome === 'succeeded' ? { inspectionFinishedAt: new Date() } : {}) },
      });
      return;
    case 'adopt':
      // What was recorded of a node that could not be taken over is likely wrong.
      if (outcome !== 'succeeded') await tx.node.update({ where: { id }, data: { powerState: null } });
      return;
    case 'rescue':
      if (outcome !== 'succeeded') await removeRescuePassword(tx, id);
      return;
    default:
      return;
  }
}

/**
 * A node whose cleaning or servicing broke off in a step is set aside until somebody has looked (Ironic
 * cleaning_error_handler, servicing_error_handler), and so is one that is left half in rescue.
 */
function faultOf({ operation }: OwnedRows, failure: Failure, stepRan: boolean): string | undefined {
  const { type } = operation;
  if (type === 'rescue' && failure.outcome === 'aborted' && failure.cleanUpFailed) return 'rescue abort failure';
  if (!stepRan || failure.outcome !== 'failed') return undefined;
  if (type === 'service') return 'service failure';
  return type === 'clean' || type === 'teardown' ? 'clean failure' : undefined;
}

async function setAside({ tx, node }: OwnedRows, fault: string, reason: string): Promise<void> {
  await tx.node.update({
    where: { id: node.id },
    data: { maintenance: true, maintenanceReason: node.maintenanceReason ?? reason, fault },
  });
}

async function close({ tx, operation }: OwnedRows, status: string, error: string | null): Promise<void> {
  await tx.operationRequest.updateMany({
    where: { operationId: operation.id, handledAt: null },
    data: { handledAt: new Date() },
  });
  await tx.operation.update({
    where: { id: operation.id },
    data: { status, error, endedAt: new Date(), awaitsBeat: false, stage: null },
  });
  await tx.operationEvent.create({
    data: {
      operationId: operation.id,
      kind: error === null ? 'transition' : 'diagnosis',
      text: error ?? `${operation.type} ${status}`,
    },
  });
}
