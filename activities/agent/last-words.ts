import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AgentUnreachable } from '#domain/errors.js';
import { currentContact } from '../contact.js';
import { textOf } from '../json.js';
import { loadNode, type RowAccess } from '../node-context.js';
import { writeLine } from '../timeline.js';
import { lastAgent, type AgentAddress } from './address.js';
import { postCommand } from './commands.js';
import { requireSuccess } from './failures.js';

/** Together less than an attempt of this activity (60 s). Flushing a disk that was just written takes a while. */
const syncMs = 35_000;
const powerOffMs = 15_000;

const betweenTriesMs = 1_000;

/**
 * See {@link AgentActivities.powerOff}. An agent that does not answer is no failure: it may be going down already, and
 * the flow reads the BMC next and powers off hard in the end (Ironic drivers/modules/agent.py soft_power_off).
 */
export async function powerOff(access: RowAccess, operationId: string): Promise<void> {
  const context = await loadNode(access, operationId);
  const { signal } = currentContact();
  const note = (text: string): Promise<void> => writeLine(access.database, operationId, 'agent', text);
  try {
    const agent = await lastAgent(access, { uuid: context.uuid, operationId });
    await answered(syncMs, signal, (timeoutMs) =>
      postCommand(agent, 'standby.sync', {}, { wait: true, signal, timeoutMs }),
    );
    await answered(powerOffMs, signal, (timeoutMs) =>
      postCommand(agent, 'standby.power_off', {}, { wait: false, signal, timeoutMs }),
    );
    await note('disks flushed, the agent powers the machine off');
  } catch (error) {
    if (!(error instanceof AgentUnreachable)) throw error;
    await note(`${error.message} The power state decides.`);
  }
}

/** Again for as long as there is time: a machine's network may just be busy with the end of an image. */
async function answered<T>(withinMs: number, signal: AbortSignal, call: (timeoutMs: number) => Promise<T>): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(Math.ceil(deadline - performance.now()));
    } catch (error) {
      const left = deadline - performance.now() - betweenTriesMs;
      if (!(error instanceof AgentUnreachable) || attempt === 3 || left < 1_000) throw error;
      await pause(betweenTriesMs, undefined, { signal });
    }
  }
}

/** See {@link AgentActivities.collectLogs}: kept below `home`; only cancellation gets out of it. */
export async function collectLogs(access: RowAccess, home: string, operationId: string): Promise<void> {
  const { signal } = currentContact();
  try {
    const { uuid } = await loadNode(access, operationId);
    const agent = await lastAgent(access, { uuid, operationId });
    const file = await storeLogs(agent, path.join(home, 'agent-logs', `${uuid}_${operationId}.tar.gz`), signal);
    await writeLine(access.database, operationId, 'agent', `ramdisk logs kept in ${file}`);
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    await writeLine(access.database, operationId, 'agent', `ramdisk logs could not be fetched: ${reason}`).catch(
      () => undefined,
    );
  }
}

async function storeLogs(agent: AgentAddress, file: string, signal: AbortSignal): Promise<string> {
  const command = await postCommand(agent, 'log.collect_system_logs', {}, { wait: true, signal });
  requireSuccess({ nodeUuid: agent.nodeUuid, what: 'log.collect_system_logs' }, command);
  const logs = textOf(command.result, 'system_logs');
  if (logs === undefined) throw new AgentUnreachable(`The agent of node ${agent.nodeUuid} sent no logs`);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, Buffer.from(logs, 'base64'), { mode: 0o600 });
  return file;
}
