import { AgentUnreachable, NodeInvalid } from '#domain/errors.js';
import { currentContact } from '../contact.js';
import { textOf } from '../json.js';
import { loadNode, type RowAccess } from '../node-context.js';
import { writeLine } from '../timeline.js';
import { presentAgent } from './address.js';
import { listCommands, postCommand } from './commands.js';
import { requireSuccess } from './failures.js';

const command = 'rescue.finalize_rescue';

/** In the timeline before the command is sent, so that an attempt after a dead worker's knows what silence means. */
const sending = 'the agent is given the rescue password';

/**
 * See {@link AgentActivities.finalizeRescue}. The agent writes the hash and ends itself, maybe before it has answered:
 * once the command was sent, silence counts as done.
 */
export async function finalizeRescue(access: RowAccess, operationId: string): Promise<void> {
  const context = await loadNode(access, operationId);
  const hash = textOf(context.instanceInfo, 'hashed_rescue_password');
  if (hash === undefined) {
    throw new NodeInvalid(`Node ${context.uuid} has no rescue password any more`, { hint: 'ask for the rescue again' });
  }
  const agent = await presentAgent(access, { uuid: context.uuid, operationId });
  const { signal } = currentContact();
  let sent = (await access.database.operationEvent.count({ where: { operationId, text: sending } })) > 0;
  try {
    await listCommands(agent, signal);
    if (!sent) await writeLine(access.database, operationId, 'agent', sending);
    sent = true;
    const params = { rescue_password: hash, hashed: true };
    const given = await postCommand(agent, command, params, { wait: true, signal });
    requireSuccess({ nodeUuid: context.uuid, what: command }, given);
  } catch (error) {
    if (!(error instanceof AgentUnreachable) || !sent) throw error;
  }
}
