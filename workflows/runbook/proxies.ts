import { ApplicationFailure, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import { sentOnce, type NodeCall } from '#domain/node-calls.js';
import type { DelayedInterface } from '#domain/fake-delays.js';
import { flowQueue, groupQueue, stepQueue } from '#domain/task-queues.js';
import type {
  AgentActivities,
  AllocationActivities,
  BootActivities,
  CallActivities,
  FakeActivities,
  ImageActivities,
  ManagementActivities,
  NetworkActivities,
  NodeActivities,
  NodeInterfaces,
  PowerActivities,
} from '#activities/contract.js';
import { recordLocally, recordRemotely, remotely } from '../policies.js';

type Call = (...args: unknown[]) => Promise<unknown>;

/** Lets the time pass that a fake interface is configured to take. */
export type Pretend = (fake: DelayedInterface) => Promise<void>;

/** A group of activities whose methods are called on the wire `<group>.<method>`. */
function groupOf<G extends object>(group: string, call: (activity: string) => Call): G {
  const methods = new Proxy({}, { get: (_, method) => call(`${group}.${String(method)}`) });
  // The proxy answers every method of the contract; which ones exist is what G says.
  return methods as G;
}

/** The line that the Temporal UI shows beside the event of the next call; empty for none. */
type About = () => string;

/** At the workers of the conductor group; followers of running steps have a queue of their own there. */
function remote(conductorGroup: string, about: About): (activity: string) => Call {
  return (activity) => {
    const taskQueue = activity === 'agent.followStep' ? stepQueue(conductorGroup) : groupQueue(conductorGroup);
    const options = { ...remotely(activity), taskQueue, ...summaryOf(about) };
    return proxied(proxyActivities<Record<string, Call>>(options), activity);
  };
}

function summaryOf(about: About): { readonly summary?: string } {
  const summary = about();
  return summary === '' ? {} : { summary };
}

/** Beside the flow first; when that does not work out in ten seconds, as a remote activity without end. */
function recorded(about: About = () => ''): (activity: string) => Call {
  return (activity) => {
    const summary = summaryOf(about);
    const local = proxied(proxyLocalActivities<Record<string, Call>>({ ...recordLocally, ...summary }), activity);
    const remoteOptions = { ...recordRemotely, taskQueue: flowQueue, ...summary };
    const again = proxied(proxyActivities<Record<string, Call>>(remoteOptions), activity);
    return async (...args) => {
      try {
        return await local(...args);
      } catch (error) {
        if (error instanceof ApplicationFailure && error.nonRetryable) throw error;
        return again(...args);
      }
    };
  };
}

function proxied(activities: Record<string, Call>, activity: string): Call {
  const call = activities[activity];
  if (!call) throw new TypeError(`No activity ${activity}.`);
  return call;
}

/** The rows. */
export const nodes = groupOf<NodeActivities>('nodes', recorded());

/** The rows, with a line that the Temporal UI shows beside the event. */
export function nodesSaying(summary: string): NodeActivities {
  return groupOf(
    'nodes',
    recorded(() => summary),
  );
}

/** The allocations' rows. */
export const allocations = groupOf<AllocationActivities>('allocations', recorded());

/** Row writes of calls outside any operation. */
export const calls = groupOf<CallActivities>('calls', recorded());

/**
 * Runs one call of a client where the node's implementation has to be: beside the flow, or at the workers of its
 * conductor group. What must not be sent twice is tried once.
 */
export async function carryOut({
  nodeUuid,
  conductorGroup,
  implementation,
  activity,
  args,
}: NodeCall): Promise<unknown> {
  if (isPassive(implementation)) return recorded()(activity)(nodeUuid, ...args);
  const options = { ...remotely(activity), taskQueue: groupQueue(conductorGroup) };
  const once = sentOnce.has(activity) ? { retry: { maximumAttempts: 1 } } : {};
  return proxied(proxyActivities<Record<string, Call>>({ ...options, ...once }), activity)(nodeUuid, ...args);
}

/** Touches no hardware. */
function isPassive(implementation: string): boolean {
  return implementation === 'fake' || implementation === 'noop';
}

/** The activities of one node, at the workers of its conductor group. */
export interface Hands {
  readonly power: PowerActivities;
  readonly management: ManagementActivities;
  readonly boot: BootActivities;
  readonly network: NetworkActivities;
  readonly images: ImageActivities;
  readonly agent: AgentActivities;
  /** Steps of fake interfaces. */
  readonly fake: FakeActivities;
}

/** How the activities of a node are called. */
export interface Manner {
  /** What the Temporal UI shows beside each event, such as the running step. */
  readonly about?: About;
  /** Before each call of a fake interface; nothing when absent. */
  readonly pretend?: Pretend;
}

/**
 * The proxies for a node. Interfaces that touch no hardware (`fake`, `noop`) run beside the flow like row writes: a
 * remote activity would cost five times as much and show an operator nothing.
 */
export function handsOf(
  conductorGroup: string,
  interfaces: NodeInterfaces,
  { about = () => '', pretend }: Manner = {},
): Hands {
  const beside = recorded(about);
  const away = remote(conductorGroup, about);
  const at = (name: string, fake?: DelayedInterface): ((activity: string) => Call) => {
    if (name === 'fake' && fake && pretend) return after(() => pretend(fake), beside);
    return name === 'fake' || name === 'noop' ? beside : away;
  };
  return {
    power: groupOf('power', at(interfaces.power, 'power')),
    management: groupOf('management', at(interfaces.management, 'management')),
    boot: groupOf('boot', at(interfaces.boot, 'boot')),
    network: groupOf('network', at(interfaces.network)),
    images: groupOf('images', away),
    agent: groupOf('agent', away),
    fake: groupOf('fake', beside),
  };
}

function after(first: () => Promise<void>, calls: (activity: string) => Call): (activity: string) => Call {
  return (activity) => {
    const call = calls(activity);
    return async (...args) => {
      await first();
      return call(...args);
    };
  };
}
