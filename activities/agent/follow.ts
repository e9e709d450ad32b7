import { setTimeout as pause } from 'node:timers/promises';
import type { Contact } from '../contact.js';
import { isJsonObject } from '../json.js';
import type { AgentAddress } from './address.js';
import { getCommand, type AgentCommand } from './commands.js';

/** After so many broken long polls of one command the agent's threads are saved for others. */
const maxLongPolls = 5;

const plainPollMs = 2_000;

/**
 * Follows a command to its end; null when the agent no longer knows it. May be called again and again: how many long
 * polls were begun is kept in the heartbeat details.
 * @throws AgentUnreachable when the agent does not answer
 */
export async function followCommand(agent: AgentAddress, id: string, contact: Contact): Promise<AgentCommand | null> {
  let polls = pollsBefore(contact);
  for (;;) {
    const wait = polls < maxLongPolls;
    if (wait) contact.setProgress({ commandId: id, longPolls: ++polls });
    const command = await getCommand(agent, id, { wait, signal: contact.signal });
    contact.answered();
    if (command === null || command.status !== 'RUNNING') return command;
    await pause(plainPollMs, undefined, { signal: contact.signal });
  }
}

function pollsBefore({ earlierProgress }: Contact): number {
  const polls = isJsonObject(earlierProgress) ? earlierProgress['longPolls'] : undefined;
  return typeof polls === 'number' ? polls : 0;
}
