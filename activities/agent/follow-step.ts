import { stepId } from '#domain/steps.js';
import { currentContact } from '../contact.js';
import { loadNode, type RowAccess } from '../node-context.js';
import { loadStep } from '../operation-step.js';
import { writeLine } from '../timeline.js';
import { presentAgent } from './address.js';
import { requireSuccess, restarted } from './failures.js';
import { followCommand } from './follow.js';
import { workOf } from './step.js';

/** See {@link AgentActivities.followStep}. */
export async function followStep(
  access: RowAccess,
  operationId: string,
  index: number,
): Promise<{ readonly rebootRequested: boolean }> {
  const context = await loadNode(access, operationId);
  const step = await loadStep(access, context, index);
  const work = workOf(context, step);
  if (step.commandId === null) throw restarted(work);

  const agent = await presentAgent(access, { uuid: context.uuid, operationId });
  const ended = await followCommand(agent, step.commandId, currentContact());
  if (ended === null) throw restarted(work);
  await writeLine(
    access.database,
    operationId,
    'agent',
    `${stepId(step)} ended on the agent: ${ended.status.toLowerCase()}${ended.error ? ` (${ended.error.text})` : ''}`,
  );
  requireSuccess(work, ended);
  return { rebootRequested: step.rebootRequested };
}
