import { isOperationType } from '#domain/operations.js';
import type { TransitionEvent } from '#domain/transitions.js';
import { recordHistory } from '#database/history.js';
import type { Prisma } from '#database/generated/client.js';
import type { Failure, WriteKey } from '../contract.js';
import { changeInternalInfo } from '../internal-info.js';
import type { NodeDeps } from './deps.js';
import { moveByEvent } from './enter.js';
import { steppedKindOf } from './operation-kinds.js';
import { closingWrite, type OwnedRows } from './own-write.js';
import { planText } from './step-texts.js';

/** See {@link NodeActivities.finish}. */
export async function finish(deps: NodeDeps, key: WriteKey, event: TransitionEvent | null): Promise<void> {
  await closingWrite(deps, key, async (rows) => {
    await endRunningStep(rows, 'succeeded', null);
    await recordEnd(deps, rows);
    if (event) await moveByEvent(rows, event, 'done');
    await clearProgress(rows, null);
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
    });
    if (event) await moveByEvent(rows, event, failure.message);
    await clearProgress(rows, failure.message);
    if (stepRan && failure.outcome === 'failed') await faultIfCleaning(rows, failure.message);
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
  const kind = isOperationType(operation.type) ? steppedKindOf(operation.type) : undefined;
  if (!kind) return;
  const steps = await tx.operationStep.findMany({ where: { operationId: operation.id }, orderBy: { index: 'asc' } });
  if (steps.length === 0) return;
  await recordHistory(tx, node, conductor, {
    severity: 'INFO',
    eventType: kind.historyEnd,
    event: kind.endText(planText(steps)),
    user: operation.requester,
  });
}

async function clearProgress({ tx, node, operation }: OwnedRows, lastError: string | null): Promise<void> {
  const cleared: Prisma.NodeUpdateInput = { targetPowerState: null, updatedAt: new Date() };
  // A power operation leaves the steps and the error of the provision operation beside it alone.
  if (operation.class === 'provision') {
    Object.assign(cleared, { deployStep: {}, cleanStep: {}, lastError });
    const kind = isOperationType(operation.type) ? steppedKindOf(operation.type) : undefined;
    // Ironic leaves the plan behind as null.
    if (kind) await changeInternalInfo(tx, node.id, { set: { [kind.planKey]: null }, remove: [kind.indexKey] });
  }
  if (operation.class === 'power' && lastError !== null) Object.assign(cleared, { lastError, powerState: 'error' });
  await tx.node.update({ where: { id: node.id }, data: cleared });
}

/** A node whose cleaning broke off in a step is set aside until somebody has looked (Ironic cleaning_error_handler). */
async function faultIfCleaning({ tx, node, operation }: OwnedRows, message: string): Promise<void> {
  if (operation.type !== 'clean' && operation.type !== 'teardown') return;
  await tx.node.update({
    where: { id: node.id },
    data: { maintenance: true, maintenanceReason: message, fault: 'clean failure' },
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
