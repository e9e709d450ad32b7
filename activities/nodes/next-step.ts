import { isOnHold, isWaiting } from '#domain/states.js';
import { stepId } from '#domain/steps.js';
import { recordHistory } from '#database/history.js';
import { stateOf } from '#database/operations.js';
import type { Operation, OperationStep } from '#database/generated/client.js';
import type { NodeActivities, PlannedStep, WriteKey } from '../contract.js';
import { changeInternalInfo } from '../internal-info.js';
import { jsonObject } from '../json.js';
import { keyOfStep } from '../operation-step.js';
import { runsOnChildren } from '../user-steps.js';
import type { NodeDeps } from './deps.js';
import { moveByEvent } from './enter.js';
import { factsOf } from './facts.js';
import { steppedKindOf } from './operation-kinds.js';
import { ownWrite, type OwnedRows } from './own-write.js';
import { listedStep, planText, shownStep } from './step-texts.js';

type NextStep = Awaited<ReturnType<NodeActivities['nextStep']>>;

/** See {@link NodeActivities.nextStep}. */
export async function nextStep(deps: NodeDeps, key: WriteKey): Promise<NextStep> {
  return ownWrite(deps, key, async (rows) => {
    if (!rows.repeated) await advance(deps, rows);
    const steps = await stepsOf(rows);
    const running = steps.find((step) => step.status === 'running');
    return {
      step: running ? plannedStep(running, rows.operation, steps.length) : null,
      facts: factsOf(rows.locked, rows.operation.id),
    };
  });
}

async function stepsOf({ tx, operation }: OwnedRows): Promise<OperationStep[]> {
  return tx.operationStep.findMany({ where: { operationId: operation.id }, orderBy: { index: 'asc' } });
}

async function advance(deps: NodeDeps, rows: OwnedRows): Promise<void> {
  const { tx, node, operation } = rows;
  const steps = await stepsOf(rows);
  const now = new Date();
  const state = stateOf(node);
  if (isWaiting(state) || isOnHold(state)) await moveByEvent(rows, 'resume', 'the agent is there');

  const ended = steps.find((step) => step.status === 'running');
  if (ended) {
    await tx.operationStep.update({ where: keyOfStep(ended), data: { status: 'succeeded', endedAt: now } });
    await note(rows, `${stepId(ended)} ended`);
  }
  const upcoming = steps.find((step) => step.status === 'pending');
  if (!upcoming) return;
  if (upcoming.index === 0) await recordStart(deps, rows, steps);
  await tx.operationStep.update({ where: keyOfStep(upcoming), data: { status: 'running', startedAt: now } });
  await note(rows, `${stepId(upcoming)} started (step ${upcoming.index + 1} of ${steps.length})`);
  const kind = steppedKindOf(operation);
  if (kind) {
    await tx.node.update({ where: { id: node.id }, data: kind.stepUpdate(shownStep(upcoming, kind, node)) });
    const progress = { [kind.planKey]: steps.map(listedStep), [kind.indexKey]: upcoming.index };
    await changeInternalInfo(tx, node.id, { set: progress });
  }
  await tx.operation.update({
    where: { id: operation.id },
    data: { stage: `${stepId(upcoming)}, step ${upcoming.index + 1} of ${steps.length}` },
  });
}

async function recordStart(
  { conductor }: NodeDeps,
  { tx, node, operation }: OwnedRows,
  steps: readonly OperationStep[],
): Promise<void> {
  const kind = steppedKindOf(operation);
  if (!kind) return;
  await recordHistory(tx, node, conductor, {
    severity: 'INFO',
    eventType: kind.historyStart,
    event: kind.startText(planText(steps)),
    user: operation.requester,
    project: operation.project,
  });
}

async function note({ tx, operation }: OwnedRows, text: string): Promise<void> {
  await tx.operationEvent.create({ data: { operationId: operation.id, kind: 'step', text } });
}

function plannedStep(step: OperationStep, operation: Operation, of: number): PlannedStep {
  return {
    index: step.index,
    interface: step.interface,
    step: step.step,
    priority: step.priority,
    runner: step.runner === 'agent' ? 'agent' : 'service',
    abortable: step.abortable,
    onChildren: runsOnChildren(operation, step.index),
    waitS: step.step === 'wait' ? secondsOf(step) : null,
    of,
  };
}

/** A timer of ten years is long enough for everybody, and Temporal takes it. */
const longestWaitS = 10 * 365 * 86_400;

/** `args.seconds` of a timed wait. */
function secondsOf({ args }: OperationStep): number | null {
  const { seconds } = jsonObject(args);
  const given = typeof seconds === 'string' ? Number(seconds) : seconds;
  return typeof given === 'number' && Number.isFinite(given) && given >= 0 ? Math.min(given, longestWaitS) : null;
}
