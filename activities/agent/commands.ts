import { AgentBusy, AgentCommandFailed, AgentUnreachable } from '#domain/errors.js';
import { isJsonObject, textOf, type JsonObject } from '../json.js';
import { agentPlace, type AgentAddress } from './address.js';
import { callAgent, type AgentAnswer } from './client.js';

/** One command as the agent reports it. */
export interface AgentCommand {
  readonly id: string;
  /** Without its extension: `execute_deploy_step`. */
  readonly name: string;
  /** RUNNING, SUCCEEDED, FAILED or CLEAN_VERSION_MISMATCH; newer agents may say VERSION_MISMATCH. */
  readonly status: string;
  /** What went wrong, in the agent's words: details first. Null while all is well. */
  readonly error: AgentCommandError | null;
  readonly result: JsonObject;
}

/** Why a command failed. */
export interface AgentCommandError {
  /** The agent's class name, such as `ImageChecksumError`. */
  readonly type: string;
  readonly text: string;
}

/** Time for answers that the agent has at hand. */
const quickMs = 15_000;

/** Until a command is taken, or a short one has ended. Whatever an activity calls must end before its attempt does (60 s). */
const takenMs = 25_000;
const endedMs = 45_000;

/** All commands since the agent's start, oldest first. */
export async function listCommands(agent: AgentAddress, signal: AbortSignal): Promise<readonly AgentCommand[]> {
  const answer = await callAgent(agent, { method: 'GET', path: '/v1/commands/', signal, timeoutMs: quickMs });
  const body = accepted(agent, answer);
  const list = isJsonObject(body) && Array.isArray(body['commands']) ? body['commands'] : [];
  return list.map((item) => commandOf(agent, item));
}

/**
 * One command by its id, null when the agent does not know it: then it is not the process that was given the command.
 * @param wait holds the answer back until the command has ended. Each such call occupies one of the agent's ten
 * threads until then, also when the caller goes away: poll plainly after a few broken ones.
 */
export async function getCommand(
  agent: AgentAddress,
  id: string,
  { wait, signal }: { readonly wait: boolean; readonly signal: AbortSignal },
): Promise<AgentCommand | null> {
  const answer = await callAgent(agent, {
    method: 'GET',
    path: `/v1/commands/${encodeURIComponent(id)}`,
    signal,
    ...(wait ? { query: { wait: 'true' } } : { timeoutMs: quickMs }),
  });
  // A restarted agent knows neither the command nor the token.
  if (answer.status === 404 || answer.status === 401) return null;
  return commandOf(agent, accepted(agent, answer));
}

/** How to give a command. */
export interface PostOptions {
  /** The answer comes when the command has ended; for short ones. */
  readonly wait: boolean;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
}

/**
 * Gives the agent a command. A lost answer leaves open whether it was taken: never repeat blindly what must not run
 * twice. Send only parameters that the command knows.
 * @throws AgentBusy while another command runs
 */
export async function postCommand(
  agent: AgentAddress,
  name: string,
  params: JsonObject,
  { wait, signal, timeoutMs = wait ? endedMs : takenMs }: PostOptions,
): Promise<AgentCommand> {
  const answer = await callAgent(agent, {
    method: 'POST',
    path: '/v1/commands/',
    query: { wait: String(wait) },
    body: { name, params },
    signal,
    timeoutMs,
  });
  if (answer.status === 409) {
    throw new AgentBusy(`The agent of node ${agent.nodeUuid} did not take ${name}: ${faultOf(answer)}`);
  }
  return commandOf(agent, accepted(agent, answer));
}

/** The body of a good answer. */
function accepted(agent: AgentAddress, answer: AgentAnswer): unknown {
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  const text = `The agent of node ${agent.nodeUuid} at ${agentPlace(agent)} answers HTTP ${answer.status}: ${faultOf(answer)}`;
  if (answer.status === 401) {
    throw new AgentCommandFailed(text, { hint: 'the agent was restarted in its boot; start the operation again' });
  }
  if (answer.status >= 500) {
    throw new AgentUnreachable(text, { hint: 'restart the operation if this lasts, and read the ramdisk logs' });
  }
  throw new AgentCommandFailed(text);
}

function faultOf({ body }: AgentAnswer): string {
  return (isJsonObject(body) ? textOf(body, 'faultstring') : undefined) ?? 'no reason given';
}

function commandOf(agent: AgentAddress, value: unknown): AgentCommand {
  const item = isJsonObject(value) ? value : {};
  const id = textOf(item, 'id');
  const status = textOf(item, 'command_status');
  if (id === undefined || status === undefined) {
    throw new AgentUnreachable(
      `The agent of node ${agent.nodeUuid} at ${agentPlace(agent)} gave an answer that is no command`,
      {
        hint: 'check that this address is the agent of the ramdisk',
      },
    );
  }
  const result = item['command_result'];
  return {
    id,
    name: textOf(item, 'command_name') ?? '',
    status,
    error: errorOf(item['command_error']),
    result: isJsonObject(result) ? result : {},
  };
}

/** Ironic's order: details, else message (agent_client.py get_command_error). */
function errorOf(error: unknown): AgentCommandError | null {
  if (error === null || error === undefined) return null;
  if (!isJsonObject(error)) return { type: '', text: typeof error === 'string' ? error : JSON.stringify(error) };
  return {
    type: textOf(error, 'type') ?? '',
    text: textOf(error, 'details') ?? textOf(error, 'message') ?? JSON.stringify(error),
  };
}
