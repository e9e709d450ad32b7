import type { PowerActivities } from '#activities/contract.js';
import { InvalidStateRequested, PowerStateNotReached } from '#domain/errors.js';
import type { SettledPowerState } from '#domain/power.js';
import { currentContact, type Contact } from '../contact.js';
import { implementationOf, type ByName } from '../implementations.js';
import { isJsonObject } from '../json.js';
import { loadNode, type NodeContext, type RowAccess } from '../node-context.js';
import { writeLine } from '../timeline.js';
import { OutcomeUnknown, type PowerAction, type PowerImplementation } from './implementation.js';
import { markSending, unmarkSending, wasSent } from './once.js';
import { recordChangeBegun, recordGivenUp, recordReached, recordRead } from './record.js';
import { callTime, usualTiming, waitForState, type WatchTiming } from './wait-for-state.js';

/** What the power activities work with. */
export interface PowerDeps extends RowAccess {
  /** By power_interface. The worker's local activities know `fake` only. */
  readonly implementations: ByName<PowerImplementation>;
  readonly timing?: WatchTiming;
}

/** The first contact: long enough for a slow log-in and two lost datagrams, see the policy `bmcProbe`. */
const probeMs = 4_000;

/** One call of a power activity. */
interface Call {
  readonly deps: PowerDeps;
  readonly context: NodeContext;
  readonly power: PowerImplementation;
  readonly contact: Contact;
  readonly timing: WatchTiming;
}

/** Power of a node by its power interface. Reads before it sets; every state that was seen is recorded on the node. */
export function createPowerActivities(deps: PowerDeps): PowerActivities {
  const begin = async (operationId: string): Promise<Call> => {
    const context = await loadNode(deps, operationId);
    const power = implementationOf(context, 'power', deps.implementations);
    return { deps, context, power, contact: currentContact(), timing: deps.timing ?? usualTiming };
  };
  return {
    async verify(operationId) {
      const call = await begin(operationId);
      const state = await readAndRecord(call, Math.min(probeMs, call.timing.callMs));
      await note(call, `${call.power.place(call.context)} answered: ${state ?? 'power state unknown'}`);
      return state;
    },
    async read(operationId) {
      return readAndRecord(await begin(operationId));
    },
    async off(operationId) {
      await change(await begin(operationId), 'off', 'power off');
    },
    async on(operationId) {
      await change(await begin(operationId), 'on', 'power on');
    },
    async softOff(operationId, timeoutS) {
      return softOff(await begin(operationId), timeoutS);
    },
    async waitForOff(operationId, timeoutS) {
      return waitForOff(await begin(operationId), timeoutS);
    },
    async reset(operationId) {
      await reset(await begin(operationId));
    },
  };
}

async function readAndRecord(call: Call, withinMs?: number): Promise<SettledPowerState | null> {
  const { power, context, contact, timing } = call;
  const state = await power.read(context, { signal: contact.signal, deadlineMs: withinMs ?? timing.callMs });
  if (state !== null) await recordRead(call.deps.database, call.context, state);
  return state;
}

function read({ power, context, contact, timing }: Call, deadline = Infinity): Promise<SettledPowerState | null> {
  return power.read(context, { signal: contact.signal, deadlineMs: callTime(deadline, timing) });
}

/** Off or on: no command when the machine is there already; else seen within the time of a power change. */
async function change(call: Call, action: 'off' | 'on', wanted: SettledPowerState): Promise<void> {
  const { context, power, timing } = call;
  if (action === 'off') refuseIfKeptOn(context);
  const deadline = performance.now() + timing.changeMs;
  if ((await read(call, deadline)) === wanted) {
    await reached(call, wanted, { wentDown: action === 'off' });
    return;
  }
  const seen = await changing(call, wanted, async () => {
    const known = await send(call, action, deadline);
    return known === wanted || (await seenBy(call, wanted, deadline));
  });
  if (!seen) {
    const failure = new PowerStateNotReached(
      `Node ${context.uuid} did not reach "${wanted}" within ${Math.round(timing.changeMs / 1000)} s although ${power.place(context)} accepted the command`,
    );
    if (call.contact.isFinal(failure)) await recordGivenUp(call.deps.database, context);
    throw failure;
  }
  await reached(call, wanted, { wentDown: action === 'off' });
}

async function softOff(call: Call, timeoutS: number): Promise<boolean> {
  refuseIfKeptOn(call.context);
  const deadline = remembered(call, timeoutS);
  if ((await read(call, deadline)) === 'power off') {
    await reached(call, 'power off', { wentDown: true });
    return true;
  }
  const off = await changing(call, 'power off', async () => {
    const known = await send(call, 'soft', deadline).catch(unlessUnknown);
    return known === 'power off' || (await seenBy(call, 'power off', deadline));
  });
  if (off) await reached(call, 'power off', { wentDown: true });
  else await recordGivenUp(call.deps.database, call.context);
  return off;
}

async function waitForOff(call: Call, timeoutS: number): Promise<boolean> {
  const off = await seenBy(call, 'power off', remembered(call, timeoutS));
  if (off) {
    await recordReached(call.deps.database, call.context, 'power off', { wentDown: true });
    await note(call, 'the machine powered itself off');
  }
  return off;
}

/** At most one reset per call of the flow, whatever happens to attempts and workers in between. */
async function reset(call: Call): Promise<void> {
  const { deps, context, contact } = call;
  if ((await read(call)) === 'power off') return change(call, 'on', 'power on');
  if (await wasSent(deps.database, context.operation.id, contact.key)) {
    await note(call, 'an earlier attempt sent the reset; it is not repeated');
  } else {
    await changing(call, 'power on', () => sendReset(call));
  }
  await recordReached(deps.database, context, 'power on', { wentDown: true });
}

async function sendReset(call: Call): Promise<void> {
  const { deps, context, power, contact, timing } = call;
  const place = power.place(context);
  const line = await markSending(deps.database, context.operation.id, contact.key, `reset sent to ${place}`);
  try {
    await power.set(context, 'reset', { signal: contact.signal, deadlineMs: timing.callMs });
  } catch (error) {
    if (!(error instanceof OutcomeUnknown)) {
      await unmarkSending(deps.database, line, `reset not sent: ${place} refused it or did not answer`);
      throw error;
    }
    if ((await read(call)) !== 'power on') throw error;
    await note(call, 'the answer to the reset was lost; power is on and the reset is not repeated');
  }
}

/** Shows target_power_state while `work` runs, and takes it back when the activity ends without a further attempt. */
async function changing<T>(call: Call, target: SettledPowerState, work: () => Promise<T>): Promise<T> {
  const { deps, context, contact } = call;
  await recordChangeBegun(deps.database, context, target);
  try {
    return await work();
  } catch (error) {
    if (contact.signal.aborted || contact.isFinal(error)) {
      // The cause matters more than a database that is away as well: the flow's last write clears the field too.
      await recordGivenUp(deps.database, context).catch(() => undefined);
    }
    throw error;
  }
}

async function send(call: Call, action: PowerAction, deadline: number): Promise<SettledPowerState | null> {
  const { power, context, contact, timing } = call;
  const state = await power.set(context, action, { signal: contact.signal, deadlineMs: callTime(deadline, timing) });
  await note(call, `${action === 'soft' ? 'soft power off' : `power ${action}`} sent to ${power.place(context)}`);
  return state;
}

function seenBy(call: Call, wanted: SettledPowerState, deadline: number): Promise<boolean> {
  const { contact, timing } = call;
  return waitForState(() => read(call, deadline), wanted, { deadline, timing, signal: contact.signal });
}

async function reached(call: Call, state: SettledPowerState, how: { readonly wentDown: boolean }): Promise<void> {
  await recordReached(call.deps.database, call.context, state, how);
}

function note({ deps, context }: Call, text: string): Promise<void> {
  return writeLine(deps.database, context.operation.id, 'bmc', text);
}

/** The end of a long wait on this attempt's clock; an attempt that follows another goes on with the time left. */
function remembered({ contact }: Call, timeoutS: number): number {
  const earlier = isJsonObject(contact.earlierProgress) ? contact.earlierProgress['waitingSince'] : undefined;
  const since = typeof earlier === 'number' ? earlier : Date.now();
  contact.setProgress({ waitingSince: since });
  return performance.now() + timeoutS * 1000 - (Date.now() - since);
}

function refuseIfKeptOn({ node, uuid }: NodeContext): void {
  if (!node.disablePowerOff) return;
  throw new InvalidStateRequested(`Node ${uuid} has disable_power_off set and must not be powered off`, {
    hint: 'reboot it instead, or clear disable_power_off',
  });
}

function unlessUnknown(error: unknown): null {
  if (error instanceof OutcomeUnknown) return null;
  throw error;
}
