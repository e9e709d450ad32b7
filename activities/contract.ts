/**
 * What the flows may ask of the outside, as types only. Each interface is one group of activities; on the wire an
 * activity is called `<group>.<method>` (`power.off`), which is also what an operator reads in the Temporal UI.
 *
 * Every activity takes the operation's id first (outside any operation the node's) and reads rows and credentials itself: nothing secret and nothing
 * large crosses this line. Remote activities may run again after a worker's death, so each either reads before it
 * sets or says here why it may run once only.
 */
import type { FakeDelays } from '#domain/fake-delays.js';
import type { ChangeFailure } from '#domain/node-calls.js';
import type { OperationType } from '#domain/operations.js';
import type { ProvisionState } from '#domain/states.js';
import type { TransitionEvent } from '#domain/transitions.js';

/** The place of a row write: the run that owns the operation and the write's number within that run. */
export interface WriteKey {
  readonly operationId: string;
  readonly runId: string;
  readonly sequence: number;
}

/** What a flow learns when it claims its operation. */
export interface Begun {
  readonly number: number;
  readonly type: OperationType;
  readonly nodeUuid: string;
  readonly nodeName: string | null;
  readonly conductorGroup: string;
  /** State at the claim; a wait or work state of this operation when it was taken over from a run that is gone. */
  readonly state: ProvisionState;
  /** Another run had claimed it before and is gone: what it did is unknown, so the flow fails the operation and cleans up. */
  readonly takenOver: boolean;
  readonly interfaces: NodeInterfaces;
  /** Whether automated cleaning follows (node.automated_clean over the default). */
  readonly automatedClean: boolean;
  readonly retired: boolean;
  readonly disablePowerOff: boolean;
  /** Seconds that the waits of this operation may last without a heartbeat; 0 = for ever. */
  readonly callbackTimeoutS: number;
  /** Whether a failed deploy powers the machine off; yes in histories from before it was said. */
  readonly powerOffAfterDeployFailure?: boolean;
  /** What a power operation asks for. */
  readonly power: PowerRequest | null;
  /** The client named the steps: manual cleaning and servicing. The first recorded runs lack this and what follows. */
  readonly named: boolean;
  /** The named steps run without the ramdisk: none of them needs it, or the client said so. */
  readonly withoutRamdisk: boolean;
  /** Why the named steps cannot run; null when they can, or when only the agent can tell. */
  readonly stepsProblem: string | null;
  /** How long fake interfaces take, as this worker is configured. */
  readonly fakeDelays?: FakeDelays;
}

/** Names of the implementations that decide where a call runs (`fake` and `noop` ones run beside the flow). */
export interface NodeInterfaces {
  readonly power: string;
  readonly management: string;
  readonly boot: string;
  readonly deploy: string;
  readonly network: string;
  readonly inspect: string;
  readonly rescue: string;
  readonly storage: string;
}

export interface PowerRequest {
  readonly target: 'power on' | 'power off' | 'rebooting' | 'soft power off' | 'soft rebooting';
  readonly timeoutS: number;
}

/** A step of the frozen plan. */
export interface PlannedStep {
  readonly index: number;
  readonly interface: string;
  readonly step: string;
  readonly priority: number;
  /** `agent`: in the ramdisk; `service`: by the flow. */
  readonly runner: 'agent' | 'service';
  readonly abortable: boolean;
  /** Runs on the node's children instead. */
  readonly onChildren: boolean;
  /** Of the reserved step `wait`: how long; null waits for the next heartbeat. */
  readonly waitS: number | null;
  /** Position and size of the plan, for people: step 2 of 6. */
  readonly of: number;
}

/** `abort` or `unhold` asked of this operation and not yet handled. */
export type RequestKind = 'abort' | 'unhold';

/** What was true in the rows when a write or a read of the flow was made. */
export interface Facts {
  readonly requests: readonly RequestKind[];
  /** A power request beside this operation, waiting to be carried out by this flow. */
  readonly powerOperationId: string | null;
}

/** Facts about the present boot of the ramdisk. */
export interface BootFacts extends Facts {
  /** The agent of this boot has sent a heartbeat since it was last waited for. */
  readonly beat: boolean;
  /** How many heartbeats this boot's agent has sent: a later count is a newer one. */
  readonly beats: number;
  /** Of an inspection: the ramdisk has sent what it found. */
  readonly posted: boolean;
  /** Seconds since the newest sign of life of this boot, or since the wait began. */
  readonly silentS: number;
  readonly maintenance: boolean;
  /** The agent looked itself up again without ever having sent a heartbeat: its token answer was lost. */
  readonly tokenLost: boolean;
}

/** Row writes and reads; local activities, under two seconds. */
export interface NodeActivities {
  /** Claims the operation for this run; null when it is finished, superseded or not there: the flow ends. */
  begin(operationId: string, runId: string): Promise<Begun | null>;
  /** Moves the node by `event` of the transition table. With `awaitBeat` the next heartbeat signals the flow. */
  enter(key: WriteKey, event: TransitionEvent, options: EnterOptions): Promise<BootFacts>;
  /**
   * What the flow waits for, read again after a signal or a timer. Sets `awaits_beat` while there is no beat, or, with
   * `nextBeat`, whatever came before.
   */
  readWait(operationId: string, options?: { readonly nextBeat: boolean }): Promise<BootFacts>;
  /**
   * Ends the running step, if any, and starts the next of the plan: sets deploy_step or clean_step, leaves the wait
   * state if the node is in one. `step` is null when none is left.
   */
  nextStep(key: WriteKey): Promise<{ readonly step: PlannedStep | null; readonly facts: Facts }>;
  /** Marks requests as handled and writes them to the timeline. */
  handleRequest(key: WriteKey, kind: RequestKind, text: string): Promise<void>;
  /** Ends the operation well: state by `event`, target null, steps cleared. Null event: a power operation, no move. */
  finish(key: WriteKey, event: TransitionEvent | null): Promise<void>;
  /** Ends the operation badly: state by `event`, last_error, history; see {@link Failure}. */
  fail(key: WriteKey, event: TransitionEvent | null, failure: Failure): Promise<void>;
  /** Clears what made the instance (instance_info, instance_uuid, its allocation, …), as Ironic does at every tear-down. */
  clearInstance(key: WriteKey): Promise<void>;
  /** Keeps what the inspection ramdisk has sent as the node's inventory, and what Ironic derives from it. */
  storeInspection(key: WriteKey): Promise<void>;
  /** Takes the rescue passwords out of instance_info. */
  forgetRescuePassword(key: WriteKey): Promise<void>;
  /** Writes a line of the operation's timeline; used for diagnoses that do not end the flow. */
  note(key: WriteKey, kind: 'diagnosis' | 'boot' | 'step', text: string): Promise<void>;
  /** The node's newest unfinished operation, for the hand-over at the end of a run. */
  successor(nodeUuid: string, number: number): Promise<Successor | null>;
}

export interface EnterOptions {
  /** What an operator reads as the present stage, such as `waiting for the agent's first heartbeat`. */
  readonly stage: string;
  /** `next`: one that comes later than those the present boot has sent. */
  readonly awaitBeat: boolean | 'next';
}

export interface Failure {
  /** One sentence for last_error: what failed, on what, what to do next. */
  readonly message: string;
  readonly type: string;
  /** `aborted` by request, or `failed`. */
  readonly outcome: 'failed' | 'aborted';
  /** Ironic's history event type, such as `deploying`. */
  readonly historyType: string;
  /** What was done could not all be taken back. */
  readonly cleanUpFailed?: boolean;
}

export interface Successor {
  readonly operationId: string;
  readonly number: number;
  readonly type: OperationType;
}

/** Power of the node, by its power interface. Each call reads before it sets and records what it saw. */
export interface PowerActivities {
  /** Checks driver_info and reads the power state: the proof that address and credentials are right. Recorded on the node. */
  verify(operationId: string): Promise<string | null>;
  /** Reads and records; returns `power on` or `power off`, null when the interface does not know. */
  read(operationId: string): Promise<string | null>;
  /** Off, seen as off within the power time-out. Already off: no command. */
  off(operationId: string): Promise<void>;
  /** On, seen as on. Already on: no command. */
  on(operationId: string): Promise<void>;
  /** Asks the operating system to go down and waits `timeoutS` for off. False when it did not. */
  softOff(operationId: string, timeoutS: number): Promise<boolean>;
  /** Waits until the machine is off by itself, up to `timeoutS`; reads only. False when it is still on. */
  waitForOff(operationId: string, timeoutS: number): Promise<boolean>;
  /** One hard reset, for nodes with disable_power_off. Not repeated when the outcome is unknown. */
  reset(operationId: string): Promise<void>;
}

export interface ManagementActivities {
  /** Sets the boot device; the boot mode's flag comes from the node. */
  setBootDevice(operationId: string, device: 'pxe' | 'disk', persistent: boolean): Promise<void>;
}

/** Ramdisk and instance boot by the boot interface. */
export interface BootActivities {
  /** Checks ports, kernel and ramdisk before anything is changed. */
  validate(operationId: string): Promise<void>;
  /** Opens boot `number` of this operation: a fresh agent token and what the boot listener will serve. The same number again changes nothing. */
  prepareRamdisk(operationId: string, number: number): Promise<void>;
  /** Ends the present boot: its token, agent address and script are no longer valid. */
  cleanUpRamdisk(operationId: string): Promise<void>;
}

export interface NetworkActivities {
  addProvisioning(operationId: string): Promise<void>;
  removeProvisioning(operationId: string): Promise<void>;
  addTenant(operationId: string): Promise<void>;
  removeTenant(operationId: string): Promise<void>;
}

export interface ImageActivities {
  /** Reaches the image, checks that a checksum is given, records size and kind (Ironic: image HEAD before a deploy). */
  check(operationId: string): Promise<void>;
}

/** Calls to the agent of the present boot, over TLS pinned to the certificate of its heartbeat. */
export interface AgentActivities {
  /**
   * Asks the agent for its steps, merges them once with the plan (`deployPlan` or `cleanPlan` of #domain/driver-steps.js)
   * and freezes it (a frozen plan stays as it is). Returns the number of steps left.
   */
  freezePlan(operationId: string): Promise<number>;
  /** Starts step `index` once: a newer execute command than the one known before is this step's and is adopted. Returns the command's id. */
  startStep(operationId: string, index: number): Promise<string>;
  /** Follows the step's command to its end by long poll; repeatable. Says what the finished step asks for. */
  followStep(operationId: string, index: number): Promise<{ readonly rebootRequested: boolean }>;
  /** Makes the disk bootable (UEFI) and returns; started once, followed by long poll. */
  installBootloader(operationId: string): Promise<void>;
  /** Gives the rescue ramdisk its password; the agent ends itself afterwards. Repeatable: a lost connection counts as done. */
  finalizeRescue(operationId: string): Promise<void>;
  /** Flushes disks and asks the machine to power itself off; a lost connection afterwards is expected. */
  powerOff(operationId: string): Promise<void>;
  /** Fetches the ramdisk's logs into the home, when the deploy failed. Never fails the flow. */
  collectLogs(operationId: string): Promise<void>;
}

/** The steps of `fake` interfaces. How long they take is the flow's matter: its timers outlive a worker. */
export interface FakeActivities {
  /** Carries the step out on the node's rows. `waits`: it goes on until the next heartbeat, as some of Ironic's fakes do. */
  runStep(operationId: string, index: number): Promise<FakeStepEnd>;
  /** The same on the node's children, as far as their interfaces are fakes. @throws NodeInvalid for another child */
  runStepOnChildren(operationId: string, index: number): Promise<void>;
}

/** How a fake step ended. */
export type FakeStepEnd = 'done' | 'waits';

/** Gives nodes to allocations. */
export interface AllocationActivities {
  /**
   * Decides on the oldest allocations that have none yet, for about a second; may be repeated and run twice at once.
   * @param patientSince milliseconds since 1970; allocations older than this count as if they came then, so that what
   * was left lying has its time to wait for a locked node too
   */
  allocate(patientSince: number): Promise<AllocationRound>;
}

/** What one round of {@link AllocationActivities.allocate} came to. */
export interface AllocationRound {
  readonly active: number;
  readonly failed: number;
  /** Fitting nodes are there, but somebody works on them at this moment. */
  readonly waiting: number;
  /** The time was up before all were looked at. */
  readonly more: boolean;
}

/** Row writes of calls outside any operation, whose own activities are in #domain/node-calls.js. */
export interface CallActivities {
  /** Tells why a change failed that its client did not wait for. A repeat only writes a second line of the same history. */
  recordFailure(nodeUuid: string, failure: ChangeFailure, cause: string): Promise<void>;
}

/** Keeps rows and flows in agreement. */
export interface ReconcilerActivities {
  sweep(): Promise<{
    readonly started: number;
    readonly failed: number;
    readonly named: number;
    readonly cancelled: number;
    /** Allocations that nobody had looked at. */
    readonly allocating: number;
  }>;
}
