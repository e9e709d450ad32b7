/** JSON that crosses Temporal. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Boot device as Ironic answers it; null: no override, or not known. */
export interface BootDevice {
  readonly boot_device: string | null;
  readonly persistent: boolean | null;
}

/** An indicator that can be read and, unless read-only, set to one of the states. */
export interface IndicatorFacts {
  readonly readonly: boolean;
  readonly states: readonly string[];
}

/** Indicators by component (`system`, `chassis`, …) and name. */
export type Indicators = Readonly<Record<string, Readonly<Record<string, IndicatorFacts>>>>;

/**
 * What clients may have done on a node's hardware outside any operation: each is one activity, by its name on the
 * wire, with its arguments after the node's UUID and its result. Arguments that may hold a secret are sealed
 * (database/secrets.ts), since they stay in Temporal's histories.
 */
export interface NodeCalls {
  'management.readBootDevice': { args: []; result: BootDevice };
  'management.changeBootDevice': { args: [device: string, persistent: boolean]; result: null };
  'management.changeBootMode': { args: [mode: string]; result: null };
  'management.changeSecureBoot': { args: [on: boolean]; result: null };
  'management.injectNmi': { args: []; result: null };
  'management.readIndicators': { args: []; result: Indicators };
  'management.readIndicator': { args: [component: string, name: string]; result: string };
  'management.changeIndicator': { args: [component: string, name: string, state: string]; result: null };
  'management.readVirtualMedia': { args: []; result: Json };
  'management.attachVirtualMedia': { args: [device: string, sealedUrl: string, source: string]; result: null };
  /** Null: all of them. */
  'management.detachVirtualMedia': { args: [devices: readonly string[] | null]; result: null };
  'console.read': { args: []; result: Json };
  'console.start': { args: []; result: null };
  'console.stop': { args: []; result: null };
  'vendor.call': { args: [method: string, sealedArgs: string]; result: Json };
}

/** Name of a call, `<group>.<method>`. */
export type NodeCallName = keyof NodeCalls;

/** The flow's argument: everything that its start knows, so that it needs no look at the rows first. */
export interface NodeCall {
  readonly nodeUuid: string;
  readonly conductorGroup: string;
  /** The node's implementation of the interface; `fake` and `noop` ones run beside the flow. */
  readonly implementation: string;
  readonly activity: NodeCallName;
  readonly args: readonly Json[];
}

/** A call that the client does not wait for, and how its failure is told. */
export interface NodeChange {
  readonly call: NodeCall;
  readonly failure: ChangeFailure;
}

/** Where the cause of a failure is written. */
export interface ChangeFailure {
  /** Start of last_error, before the cause: `Failed to change boot mode to 'uefi'`. */
  readonly text: string;
  /** Event type of the line in the node's history; null: no line. */
  readonly historyType: string | null;
}

/** The contract of the activities of one group, such as `management`. */
export type CallsOf<Group extends string> = {
  readonly [Name in NodeCallName as Name extends `${Group}.${infer Method}` ? Method : never]: (
    nodeUuid: string,
    ...args: NodeCalls[Name]['args']
  ) => Promise<NodeCalls[Name]['result']>;
};

/** What a call does, for people who read lists of flows: `inject NMI`. */
export const callTitles: Readonly<Record<NodeCallName, string>> = {
  'management.readBootDevice': 'read boot device',
  'management.changeBootDevice': 'set boot device',
  'management.changeBootMode': 'set boot mode',
  'management.changeSecureBoot': 'set secure boot',
  'management.injectNmi': 'inject NMI',
  'management.readIndicators': 'list indicators',
  'management.readIndicator': 'read indicator',
  'management.changeIndicator': 'set indicator',
  'management.readVirtualMedia': 'read virtual media',
  'management.attachVirtualMedia': 'attach virtual media',
  'management.detachVirtualMedia': 'detach virtual media',
  'console.read': 'read console',
  'console.start': 'start console',
  'console.stop': 'stop console',
  'vendor.call': 'call vendor method',
};

/**
 * Calls that act each time they arrive: one attempt, and a lost worker or answer is told to the client instead of
 * being followed by a second one.
 */
export const sentOnce: ReadonlySet<NodeCallName> = new Set(['management.injectNmi', 'vendor.call']);
