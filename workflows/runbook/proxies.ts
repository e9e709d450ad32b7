import { ApplicationFailure, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import { flowQueue, groupQueue, stepQueue } from '#domain/task-queues.js';
import type {
  AgentActivities,
  BootActivities,
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

/** A group of activities whose methods are called on the wire `<group>.<method>`. */
function groupOf<G extends object>(group: string, call: (activity: string) => Call): G {
  const methods = new Proxy({}, { get: (_, method) => call(`${group}.${String(method)}`) });
  // The proxy answers every method of the contract; which ones exist is what G says.
  return methods as G;
}

/** At the workers of the conductor group; followers of running steps have a queue of their own there. */
function remote(conductorGroup: string, summary?: string): (activity: string) => Call {
  return (activity) => {
    const taskQueue = activity === 'agent.followStep' ? stepQueue(conductorGroup) : groupQueue(conductorGroup);
    const options = { ...remotely(activity), taskQueue, ...(summary === undefined ? {} : { summary }) };
    return proxied(proxyActivities<Record<string, Call>>(options), activity);
  };
}

/** Beside the flow first; when that does not work out in ten seconds, as a remote activity without end. */
function recorded(activity: string): Call {
  const local = proxied(proxyLocalActivities<Record<string, Call>>(recordLocally), activity);
  const again = proxied(proxyActivities<Record<string, Call>>({ ...recordRemotely, taskQueue: flowQueue }), activity);
  return async (...args) => {
    try {
      return await local(...args);
    } catch (error) {
      if (error instanceof ApplicationFailure && error.nonRetryable) throw error;
      return again(...args);
    }
  };
}

function proxied(activities: Record<string, Call>, activity: string): Call {
  const call = activities[activity];
  if (!call) throw new TypeError(`No activity ${activity}.`);
  return call;
}

/** The rows. */
export const nodes = groupOf<NodeActivities>('nodes', recorded);

/** Steps of fake interfaces. */
export const fake = groupOf<FakeActivities>('fake', recorded);

/** The activities of one node, at the workers of its conductor group. */
export interface Hands {
  readonly power: PowerActivities;
  readonly management: ManagementActivities;
  readonly boot: BootActivities;
  readonly network: NetworkActivities;
  readonly images: ImageActivities;
  readonly agent: AgentActivities;
  /** The agent's calls with a line that the Temporal UI shows beside the event. */
  agentFor(summary: string): AgentActivities;
}

/**
 * The proxies for a node. Interfaces that touch no hardware (`fake`, `noop`) run beside the flow like row writes: a
 * remote activity would cost five times as much and show an operator nothing.
 */
export function handsOf(conductorGroup: string, interfaces: NodeInterfaces): Hands {
  const at = (name: string): ((activity: string) => Call) =>
    name === 'fake' || name === 'noop' ? recorded : remote(conductorGroup);
  return {
    power: groupOf('power', at(interfaces.power)),
    management: groupOf('management', at(interfaces.management)),
    boot: groupOf('boot', at(interfaces.boot)),
    network: groupOf('network', at(interfaces.network)),
    images: groupOf('images', remote(conductorGroup)),
    agent: groupOf('agent', remote(conductorGroup)),
    agentFor: (summary) => groupOf('agent', remote(conductorGroup, summary)),
  };
}
