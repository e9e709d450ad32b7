import type { OperationStep } from '#database/generated/client.js';
import { AgentBusy, InvalidStateRequested } from '#domain/errors.js';
import { isFinished, isOperationStatus } from '#domain/operations.js';
import { stepId } from '#domain/steps.js';
import { currentContact } from '../contact.js';
import { jsonObject, type JsonObject } from '../json.js';
import { loadNodeWithPorts, type NodeWithPorts, type RowAccess } from '../node-context.js';
import { keyOfStep, loadStep } from '../operation-step.js';
import { writeLine } from '../timeline.js';
import { presentAgent, type AgentAddress } from './address.js';
import { listCommands, postCommand, type AgentCommand } from './commands.js';
import { requireSuccess, restarted } from './failures.js';
import { writeImageArgs } from './image-info.js';
import { nodeAndPorts } from './payload.js';
import { stepKindOf } from './step-kind.js';
import { workOf } from './step.js';

/** Stands for "no command was listed" where null means "not asked yet". */
const none = '';

/**
 * See {@link AgentActivities.startStep}. The newest command id is written down before the step is sent; on every
 * repeat (lost answer, dead worker) a newer `execute_*` command is this step's, since nobody else gives this agent
 * commands. An image is thus never written twice at once.
 */
export async function startStep(access: RowAccess, operationId: string, index: number): Promise<string> {
  const context = await loadNodeWithPorts(access, operationId);
  const step = await loadStep(access, context, index);
  if (step.commandId !== null) return step.commandId;
  refuseEndedOperation(context);

  const agent = await presentAgent(access, { uuid: context.uuid, operationId });
  const { signal } = currentContact();
  const listed = await listCommands(agent, signal);
  const before = step.newestCommandBefore ?? (await remember(access, step, listed.at(-1)?.id ?? none));
  const started = newer(context, step, listed, before) ?? (await send(access, agent, context, step, before, signal));
  await access.database.operationStep.update({ where: keyOfStep(step), data: { commandId: started.id } });
  await writeLine(access.database, operationId, 'agent', `${stepId(step)} given to the agent`);
  return started.id;
}

/** A worker that was away for a while must not start something on a machine that was meanwhile given up. */
function refuseEndedOperation({ operation, uuid }: NodeWithPorts): void {
  if (isOperationStatus(operation.status) && !isFinished(operation.status)) return;
  throw new InvalidStateRequested(`The operation on node ${uuid} has ended as ${operation.status}`, {
    hint: 'nothing needs to be done',
  });
}

/** Written once; an attempt that comes later uses what the first one knew. */
async function remember({ database }: RowAccess, step: OperationStep, newest: string): Promise<string> {
  await database.operationStep.updateMany({
    where: { operationId: step.operationId, index: step.index, newestCommandBefore: null },
    data: { newestCommandBefore: newest },
  });
  const row = await database.operationStep.findUniqueOrThrow({ where: keyOfStep(step) });
  return row.newestCommandBefore ?? newest;
}

/** The execute command that came after `before`, if there is one. @throws when the agent forgot `before` */
function newer(
  context: NodeWithPorts,
  step: OperationStep,
  listed: readonly AgentCommand[],
  before: string,
): AgentCommand | undefined {
  const { listedAs } = stepKindOf(context.type);
  const position = before === none ? -1 : listed.findIndex((command) => command.id === before);
  if (before !== none && position < 0) throw restarted(workOf(context, step));
  return listed.slice(position + 1).findLast((command) => command.name === listedAs);
}

async function send(
  access: RowAccess,
  agent: AgentAddress,
  context: NodeWithPorts,
  step: OperationStep,
  before: string,
  signal: AbortSignal,
): Promise<AgentCommand> {
  const { executeCommand } = stepKindOf(context.type);
  try {
    const command = await postCommand(agent, executeCommand, paramsOf(access, context, step), { wait: false, signal });
    // What fails at once (a mismatch of versions) is told with its reason; what runs is followed elsewhere.
    if (command.status !== 'RUNNING') requireSuccess(workOf(context, step), command);
    return command;
  } catch (error) {
    if (!(error instanceof AgentBusy)) throw error;
    // Busy with what? With this step, when an earlier attempt's request arrived after it had been given up.
    const ours = newer(context, step, await listCommands(agent, signal), before);
    if (!ours) throw error;
    return ours;
  }
}

function paramsOf({ secrets }: RowAccess, context: NodeWithPorts, step: OperationStep): JsonObject {
  const { versionParam } = stepKindOf(context.type);
  const own = stepId(step) === 'deploy.write_image' ? writeImageArgs(context) : {};
  return {
    step: {
      interface: step.interface,
      step: step.step,
      priority: step.priority,
      abortable: step.abortable,
      reboot_requested: step.rebootRequested,
      args: { ...secrets.openSecrets(jsonObject(step.args)), ...own },
    },
    ...nodeAndPorts(context),
    [versionParam]: context.internalInfo['hardware_manager_version'] ?? null,
  };
}
