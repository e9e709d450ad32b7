import type { ErrorType } from './errors.js';

/** Activities that share a policy: what they touch, and what a repeat costs. */
export type PolicyGroup =
  | 'record'
  | 'bmcProbe'
  | 'bmcRead'
  | 'bmc'
  | 'powerWait'
  | 'softPower'
  | 'prepare'
  | 'images'
  | 'agentCommand'
  | 'agentStep';

/** Delay between attempts: `initialMs`, times `backoff` each time, at most `maxMs`. */
export interface RetryDelays {
  readonly initialMs: number;
  readonly maxMs: number;
  readonly backoff: number;
}

/** How long the attempts of one activity may last and go on. */
export interface Policy {
  /** One attempt. */
  readonly startToCloseMs: number;
  /** A worker that is silent for so long is taken for dead; null: not watched (short row writes). */
  readonly heartbeatMs: number | null;
  /**
   * Time since the first failure that the activity itself reported; then its next failure is final. Attempts that died
   * with their worker, and time without any worker, do not count. Null: none.
   */
  readonly limitMs: number | null;
  /** Kinds of failure that become final earlier than `limitMs`, counted from the first failure of that kind. */
  readonly limitMsByType?: Readonly<Partial<Record<ErrorType, number>>>;
  readonly retry: RetryDelays;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** A killed worker is noticed after this silence. */
const heartbeatMs = 10 * second;

/**
 * The limits of every group. There is no maximum of attempts and no schedule-to-close time anywhere: an attempt lost
 * with its worker must not use up a node's chances.
 */
export const policies = {
  /** Row writes: short, keyed by (operation, sequence), safe to repeat; a database outage is waited out. */
  record: {
    startToCloseMs: 10 * second,
    heartbeatMs: null,
    limitMs: null,
    retry: { initialMs: 1 * second, maxMs: 10 * second, backoff: 2 },
  },
  /**
   * The first contact with a BMC, for somebody who waits: three probes of four seconds tell silence (address, port)
   * from a refusal (credentials). A BMC that answers that it is busy gets its time.
   */
  bmcProbe: {
    startToCloseMs: 30 * second,
    heartbeatMs,
    limitMs: 2 * minute,
    limitMsByType: { BmcUnreachable: 8 * second },
    retry: { initialMs: 1 * second, maxMs: 10 * second, backoff: 1 },
  },
  /** Safe to repeat. Two minutes of silence tell a wrong address from a lost datagram. */
  bmcRead: {
    startToCloseMs: 30 * second,
    heartbeatMs,
    limitMs: 2 * minute,
    retry: { initialMs: 1 * second, maxMs: 10 * second, backoff: 2 },
  },
  /** Setting a target twice is harmless; five minutes outlast a BMC's own restart. */
  bmc: {
    startToCloseMs: 30 * second,
    heartbeatMs,
    limitMs: 5 * minute,
    retry: { initialMs: 1 * second, maxMs: 15 * second, backoff: 2 },
  },
  /**
   * Ends when the target state is read, within the 60 s that Ironic waits for a power change. A machine that did not
   * follow gets one more chance; a BMC that does not answer has the time of `bmc`.
   */
  powerWait: {
    startToCloseMs: 70 * second,
    heartbeatMs,
    limitMs: 5 * minute,
    limitMsByType: { PowerStateNotReached: 60 * second },
    retry: { initialMs: 1 * second, maxMs: 15 * second, backoff: 2 },
  },
  /** The caller's own time-out ends these waits; start-to-close is only the net below the longest one can ask for. */
  softPower: {
    startToCloseMs: 24 * hour,
    heartbeatMs,
    limitMs: 5 * minute,
    retry: { initialMs: 1 * second, maxMs: 15 * second, backoff: 2 },
  },
  /** Rewrites the same things. A kernel or ramdisk that cannot be fetched is a mistake to be told of soon. */
  prepare: {
    startToCloseMs: 2 * minute,
    heartbeatMs,
    limitMs: 15 * minute,
    limitMsByType: { ImageUnreachable: 2 * minute },
    retry: { initialMs: 1 * second, maxMs: 30 * second, backoff: 2 },
  },
  /** A check takes seconds, a download up to an hour; an image server that is away for two minutes fails the node. */
  images: {
    startToCloseMs: 1 * hour,
    heartbeatMs,
    limitMs: 2 * minute,
    retry: { initialMs: 2 * second, maxMs: 15 * second, backoff: 2 },
  },
  /** One call to the agent. What must not start twice asks the agent first what it runs. */
  agentCommand: {
    startToCloseMs: 60 * second,
    heartbeatMs,
    limitMs: 5 * minute,
    retry: { initialMs: 1 * second, maxMs: 10 * second, backoff: 2 },
  },
  /**
   * Follows a running command to its end: an erase may take days, so the agent's silence is the limit (as long as
   * Ironic waits for a heartbeat) and each answer of the agent starts it anew.
   */
  agentStep: {
    startToCloseMs: 7 * 24 * hour,
    heartbeatMs,
    limitMs: 30 * minute,
    retry: { initialMs: 1 * second, maxMs: 15 * second, backoff: 2 },
  },
} as const satisfies Record<PolicyGroup, Policy>;

/** The policy group of each activity, by its name on the wire. Groups of row writes (`nodes.*`, …) need no entry. */
const groupsByActivity: Readonly<Record<string, PolicyGroup>> = {
  'power.verify': 'bmcProbe',
  'power.read': 'bmcRead',
  'power.off': 'powerWait',
  'power.on': 'powerWait',
  'power.softOff': 'softPower',
  'power.waitForOff': 'softPower',
  'power.reset': 'bmc',
  'management.setBootDevice': 'bmc',
  'management.readBootDevice': 'bmcProbe',
  'management.changeBootDevice': 'bmcProbe',
  'management.changeBootMode': 'bmc',
  'management.changeSecureBoot': 'bmc',
  'management.injectNmi': 'bmc',
  'management.readIndicators': 'bmcProbe',
  'management.readIndicator': 'bmcProbe',
  'management.changeIndicator': 'bmcProbe',
  'management.readVirtualMedia': 'bmcProbe',
  'management.attachVirtualMedia': 'prepare',
  'management.detachVirtualMedia': 'bmc',
  'console.read': 'bmcProbe',
  'console.start': 'bmc',
  'console.stop': 'bmc',
  'vendor.call': 'bmc',
  'boot.validate': 'prepare',
  'boot.prepareRamdisk': 'prepare',
  'boot.cleanUpRamdisk': 'prepare',
  'network.addProvisioning': 'prepare',
  'network.removeProvisioning': 'prepare',
  'network.addTenant': 'prepare',
  'network.removeTenant': 'prepare',
  'images.check': 'images',
  'agent.freezePlan': 'agentCommand',
  'agent.startStep': 'agentCommand',
  'agent.followStep': 'agentStep',
  'agent.installBootloader': 'agentStep',
  'agent.finalizeRescue': 'agentCommand',
  'agent.powerOff': 'agentCommand',
  'agent.collectLogs': 'agentCommand',
};

/** The group of an activity by its name on the wire (`power.off`); whatever is not a contact is a row write. */
export function policyGroupOf(activity: string): PolicyGroup {
  return groupsByActivity[activity] ?? 'record';
}

/** The policy of an activity by its name on the wire. */
export function policyOf(activity: string): Policy {
  return policies[policyGroupOf(activity)];
}
