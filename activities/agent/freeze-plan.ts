import type { Transaction } from '#database/client.js';
import type { OperationStep } from '#database/generated/client.js';
import { internalTime } from '#domain/internal-time.js';
import type { RunnableStep } from '#domain/driver-steps.js';
import { AgentCommandFailed } from '#domain/errors.js';
import { stepId, type Step, type StepFlow } from '#domain/steps.js';
import { currentContact } from '../contact.js';
import { changeInternalInfo } from '../internal-info.js';
import { isJsonObject, textOf, type JsonObject } from '../json.js';
import { loadNodeWithPorts, type NodeContext, type RowAccess } from '../node-context.js';
import { stepRow } from '../nodes/plan-steps.js';
import { writeLine } from '../timeline.js';
import { presentAgent } from './address.js';
import { postCommand } from './commands.js';
import type { AgentDeps } from './deps.js';
import { requireSuccess } from './failures.js';
import { nodeAndPorts } from './payload.js';
import { agentStepsOf, planWith } from './plan.js';
import { stepKindOf } from './step-kind.js';

/** See {@link AgentActivities.freezePlan}: merged once, at the first heartbeat, and then never changed. */
export async function freezePlan(
  access: Pick<AgentDeps, 'cleanPriorities' | keyof RowAccess>,
  operationId: string,
): Promise<number> {
  const context = await loadNodeWithPorts(access, operationId);
  if (context.operation.stepsFrozen) return pendingSteps(access, operationId);

  const kind = stepKindOf(context.type);
  const agent = await presentAgent(access, { uuid: context.uuid, operationId });
  // Asking is harmless, so it may be repeated without further ado.
  const command = await postCommand(agent, kind.getCommand, nodeAndPorts(context), {
    wait: true,
    signal: currentContact().signal,
  });
  requireSuccess({ nodeUuid: context.uuid, what: kind.getCommand }, command);
  const invalid = (text: string): Error =>
    new AgentCommandFailed(
      `The agent of node ${context.uuid} returned an invalid result of ${kind.getCommand}: ${text}`,
    );
  const byManager = command.result[kind.stepsKey];
  const versions = command.result['hardware_manager_version'];
  if (!isJsonObject(byManager) || !isJsonObject(versions)) {
    throw invalid(`${kind.stepsKey} or hardware_manager_version is missing`);
  }
  const agentSteps = agentStepsOf(byManager, invalid);
  await freeze(access, context, planWith(context, agentSteps, access.cleanPriorities), {
    hardware_manager_version: versions,
    [`agent_cached_${kind.stepsKey}`]: byInterface(byManager, kind.flow),
    [`agent_cached_${kind.stepsKey}_refreshed`]: internalTime(),
  });
  return pendingSteps(access, operationId);
}

/** One transaction under the operation's row lock: a second freeze finds the first and leaves everything as it is. */
async function freeze(
  { database }: RowAccess,
  { operation, node, type }: NodeContext,
  plan: readonly RunnableStep[],
  cached: JsonObject,
): Promise<void> {
  await database.$transaction(async (tx) => {
    const [row] = await tx.$queryRaw<{ steps_frozen: boolean }[]>`
      SELECT steps_frozen FROM operations WHERE id = ${operation.id}::uuid FOR UPDATE`;
    if (!row || row.steps_frozen) return;
    const begun = await tx.operationStep.findMany({
      where: { operationId: operation.id, status: { not: 'pending' } },
      orderBy: { index: 'asc' },
    });
    const left = stepKindOf(type).flow === 'deploy' ? without(plan, begun) : plan.slice(begun.length);
    await tx.operationStep.deleteMany({ where: { operationId: operation.id, status: 'pending' } });
    const first = (begun.at(-1)?.index ?? -1) + 1;
    await tx.operationStep.createMany({ data: left.map((step, at) => stepRow(operation.id, first + at, step)) });
    await tx.operation.update({ where: { id: operation.id }, data: { stepsFrozen: true } });
    await changeInternalInfo(tx, node.id, { set: cached });
    await noteFrozen(tx, operation.id, left);
  });
}

/** A deploy has each step once: what has begun is not planned again. */
function without(plan: readonly RunnableStep[], begun: readonly OperationStep[]): RunnableStep[] {
  const done = new Set(begun.map(stepId));
  return plan.filter((step) => !done.has(stepId(step)));
}

async function noteFrozen(tx: Transaction, operationId: string, steps: readonly Step[]): Promise<void> {
  const names = steps.map(stepId).join(', ') || 'none';
  await writeLine(tx, operationId, 'agent', `the agent's steps are known; left to run: ${names}`);
}

function pendingSteps({ database }: RowAccess, operationId: string): Promise<number> {
  return database.operationStep.count({ where: { operationId, status: 'pending' } });
}

/** The agent's own words grouped by interface, as Ironic caches and shows them (agent_base.py refresh_steps). */
function byInterface(byManager: JsonObject, flow: StepFlow): JsonObject {
  const grouped: Record<string, JsonObject[]> = {};
  for (const item of Object.values(byManager).flatMap((list) => (Array.isArray(list) ? list : []))) {
    if (!isJsonObject(item)) continue;
    const step = flow === 'deploy' ? item : { ...item, requires_ramdisk: true };
    (grouped[textOf(step, 'interface') ?? ''] ??= []).push(step);
  }
  return grouped;
}
