import { ApplicationFailure } from '@temporalio/common';
import {
  checkNamedSteps,
  deployPlan,
  namedPlan,
  type RunnableStep,
  type SteppingInterfaces,
} from '#domain/driver-steps.js';
import type { FakeDelays } from '#domain/fake-delays.js';
import type { OperationType } from '#domain/operations.js';
import { failureOf, isOnHold, isWaiting, type ProvisionState } from '#domain/states.js';
import type { Step, UserStep } from '#domain/steps.js';
import { next, type TransitionEvent } from '#domain/transitions.js';
import type {
  Begun,
  BootFacts,
  NodeActivities,
  PlannedStep,
  PowerRequest,
  RequestKind,
  Successor,
  WriteKey,
} from '#activities/contract.js';

/** What a test may change about the world a flow runs in. */
export interface WorldOptions {
  readonly type: OperationType;
  readonly state: ProvisionState;
  readonly target: ProvisionState;
  readonly interfaces?: Partial<Begun['interfaces']>;
  readonly agentSteps?: readonly Step[];
  readonly automatedClean?: boolean;
  readonly power?: PowerRequest;
  readonly disablePowerOff?: boolean;
  readonly callbackTimeoutS?: number;
  readonly powerOffAfterDeployFailure?: boolean;
  /** Steps that the client named. */
  readonly userSteps?: readonly UserStep[];
  readonly disableRamdisk?: boolean;
  readonly fakeDelays?: FakeDelays;
}

interface PlanEntry extends RunnableStep {
  status: 'pending' | 'running' | 'succeeded';
}

/**
 * The rows and the hardware of one node in memory, with a trace of every activity in the order of calls. Faults are
 * thrown by name; everything else succeeds.
 */
export class FakeWorld {
  readonly trace: string[] = [];
  readonly notes: string[] = [];
  state: ProvisionState;
  target: ProvisionState | null;
  outcome: string | null = null;
  lastError: string | null = null;
  beat = false;
  /** Heartbeats beyond the first. */
  moreBeats = 0;
  posted = false;
  /** What the flow said of its clean-up when it failed. */
  cleanUpFailed = false;
  tokenLost = false;
  maintenance = false;
  /** Each further look at a wait finds that its whole time has passed. */
  clock = false;
  superseded = false;
  takenOver = false;
  requests: RequestKind[] = [];
  successor: Successor | null = null;
  powerOperation: { id: string; power: PowerRequest; outcome: string | null } | null = null;
  /** Called before each later look at a wait. */
  onLook: () => void = () => {};
  /** Called after each traced call; a test makes the world change here. */
  onCall: (call: string) => void | Promise<void> = () => {};
  readonly #faults = new Map<string, ApplicationFailure>();
  /** Writes that were made: a local activity may run again after a signal met its workflow task. */
  readonly #written = new Map<string, unknown>();
  readonly #plan: PlanEntry[];
  readonly #options: WorldOptions;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.state = options.state;
    this.target = options.target;
    this.#plan = this.#planned([]);
  }

  /** Makes the activity (`power.off`) fail for good. */
  failAt(call: string, type: string, message: string): void {
    this.#faults.set(call, ApplicationFailure.nonRetryable(message, type));
  }

  /** The map that a worker registers. */
  activities(): Record<string, (...args: never[]) => Promise<unknown>> {
    const remote = Object.fromEntries(
      Object.entries(answers).map(([name, answer]) => [name, () => this.#call(name, answer)]),
    );
    const nodes = this.#nodes();
    return {
      ...remote,
      ...Object.fromEntries(Object.entries(nodes).map(([name, call]) => [`nodes.${name}`, call])),
      'agent.freezePlan': async () => {
        await this.#call('agent.freezePlan');
        const done = this.#plan.filter((step) => step.status !== 'pending');
        this.#plan.splice(
          0,
          this.#plan.length,
          ...done,
          ...this.#planned(this.#options.agentSteps ?? []).slice(done.length),
        );
        return this.#plan.length;
      },
      'fake.runStep': async (_: never, index: never) => {
        const step = this.#plan[index]?.step;
        await this.#call(`fake.runStep ${step}`);
        return step === 'trigger_servicewait' ? 'waits' : 'done';
      },
      'agent.startStep': async (_: never, index: never) => this.#call(`agent.startStep ${this.#plan[index]?.step}`),
      'agent.followStep': async (_: never, index: never) => {
        await this.#call(`agent.followStep ${this.#plan[index]?.step}`);
        return { rebootRequested: this.#plan[index]?.rebootRequested ?? false };
      },
    };
  }

  #planned(agentSteps: readonly Step[]): PlanEntry[] {
    const { type, userSteps = [] } = this.#options;
    const named = this.#named;
    const interfaces = this.#stepping;
    const steps = (): readonly RunnableStep[] => {
      if (named) return namedPlan(named, interfaces, agentSteps, userSteps);
      if (type === 'deploy' || type === 'rebuild') return deployPlan(interfaces, agentSteps, userSteps);
      return agentSteps.map((step) => ({ ...step, runner: 'agent' as const }));
    };
    return steps().map((step) => ({ ...step, status: 'pending' as const }));
  }

  get #named(): 'clean' | 'service' | undefined {
    const { type, userSteps = [] } = this.#options;
    if (type === 'service') return 'service';
    return type === 'clean' && userSteps.length > 0 ? 'clean' : undefined;
  }

  get #stepping(): SteppingInterfaces {
    const { deploy } = this.#interfaces();
    const rest = deploy === 'fake' ? 'fake' : 'none';
    return { deploy, vendor: rest, bios: rest, firmware: rest };
  }

  #known(): Pick<Begun, 'named' | 'withoutRamdisk' | 'stepsProblem'> {
    const named = this.#named;
    if (!named) return { named: false, withoutRamdisk: false, stepsProblem: null };
    const { userSteps = [], disableRamdisk = false } = this.#options;
    const { errors, withoutRamdisk } = checkNamedSteps(named, this.#stepping, userSteps, { disableRamdisk });
    return { named: true, withoutRamdisk, stepsProblem: errors.length === 0 ? null : errors.join('; ') };
  }

  #interfaces(): Begun['interfaces'] {
    return {
      power: 'ipmitool',
      management: 'ipmitool',
      boot: 'ipxe',
      deploy: 'direct',
      // Remote like the rest: a local call may run twice, which would blur the trace.
      network: 'flat',
      inspect: 'agent',
      rescue: 'agent',
      storage: 'noop',
      ...this.#options.interfaces,
    };
  }

  async #call(call: string, answer?: unknown): Promise<unknown> {
    this.trace.push(call);
    await this.onCall(call);
    const fault = this.#faults.get(call);
    if (fault) throw fault;
    return answer;
  }

  #facts(silentS = 0): BootFacts {
    return {
      requests: this.requests,
      powerOperationId: this.powerOperation?.outcome === null ? this.powerOperation.id : null,
      beat: this.beat,
      beats: this.beat ? 1 + this.moreBeats : this.moreBeats,
      posted: this.posted,
      silentS,
      maintenance: this.maintenance,
      tokenLost: this.tokenLost,
    };
  }

  #move(event: TransitionEvent): void {
    if (this.superseded) throw ApplicationFailure.nonRetryable('A newer operation has taken over.', 'Interrupted');
    const to = next(this.state, event, { target: this.target });
    if (!to) throw ApplicationFailure.nonRetryable(`No ${event} in ${this.state}.`, 'InvalidTransition');
    this.state = to.state;
    this.target = to.targetState;
    this.trace.push(`-> ${to.state}`);
  }

  #end(event: TransitionEvent | null, operationId: string, outcome: string): void {
    if (this.powerOperation?.id === operationId) {
      this.powerOperation.outcome = outcome;
      return;
    }
    if (event) this.#move(outcome === 'succeeded' ? event : (failureOf(this.state)?.event ?? event));
    if (this.#options.type === 'service' && outcome === 'aborted') this.#move('abort');
    this.outcome = outcome;
  }

  async #once<T>({ operationId, sequence }: WriteKey, write: () => Promise<T>): Promise<T> {
    const key = `${operationId}/${sequence}`;
    if (!this.#written.has(key)) this.#written.set(key, await write());
    // The same write of the same type.
    return this.#written.get(key) as T;
  }

  #nodes(): NodeActivities {
    return {
      begin: async (operationId) => {
        if (this.outcome !== null || this.superseded) return null;
        return this.#begun(operationId);
      },
      enter: async (key, event) => {
        await this.#once(key, async () => {
          this.#move(event);
          await this.onCall(`-> ${this.state}`);
        });
        return this.#facts();
      },
      readWait: async () => {
        if (this.superseded) throw ApplicationFailure.nonRetryable('A newer operation has taken over.', 'Interrupted');
        this.onLook();
        return this.#facts(this.clock ? 1800 : 0);
      },
      nextStep: async (key) => ({
        step: await this.#once(key, async () => this.#nextStep()),
        facts: this.#facts(),
      }),
      handleRequest: async (_, kind, text) => {
        if (kind === 'unhold') this.requests = this.requests.filter((request) => request !== 'unhold');
        this.notes.push(`${kind}: ${text}`);
      },
      finish: (key, event) => this.#once(key, async () => this.#end(event, key.operationId, 'succeeded')),
      fail: (key, event, failure) =>
        this.#once(key, async () => {
          this.lastError = failure.message;
          this.cleanUpFailed = failure.cleanUpFailed ?? false;
          this.#end(event, key.operationId, failure.outcome);
        }),
      clearInstance: async () => {
        this.trace.push('nodes.clearInstance');
      },
      storeInspection: async () => {
        await this.#call('nodes.storeInspection');
      },
      forgetRescuePassword: async () => {
        this.trace.push('nodes.forgetRescuePassword');
      },
      note: async (_, __, text) => {
        this.notes.push(text);
      },
      successor: async () => this.successor,
    };
  }

  #begun(operationId: string): Begun {
    const beside = this.powerOperation?.id === operationId ? this.powerOperation : null;
    return {
      number: beside ? 2 : 1,
      type: beside ? 'power' : this.#options.type,
      nodeUuid: 'a0000000-0000-4000-8000-000000000001',
      nodeName: 'rack1-7',
      conductorGroup: '',
      state: this.state,
      takenOver: this.takenOver,
      interfaces: this.#interfaces(),
      automatedClean: this.#options.automatedClean ?? true,
      retired: false,
      disablePowerOff: this.#options.disablePowerOff ?? false,
      callbackTimeoutS: this.#options.callbackTimeoutS ?? 1800,
      powerOffAfterDeployFailure: this.#options.powerOffAfterDeployFailure ?? true,
      power: beside?.power ?? this.#options.power ?? null,
      ...this.#known(),
      ...(this.#options.fakeDelays ? { fakeDelays: this.#options.fakeDelays } : {}),
    };
  }

  #nextStep(): PlannedStep | null {
    const running = this.#plan.find((step) => step.status === 'running');
    if (running) running.status = 'succeeded';
    if (isWaiting(this.state) || isOnHold(this.state)) this.#move('resume');
    const index = this.#plan.findIndex((step) => step.status === 'pending');
    const step = this.#plan[index];
    if (!step) return null;
    step.status = 'running';
    this.trace.push(`step ${step.step}`);
    const { priority, runner, abortable = false } = step;
    const seconds = step.args?.['seconds'];
    return {
      index,
      interface: step.interface,
      step: step.step,
      priority,
      runner,
      abortable,
      onChildren: this.#options.userSteps?.[index]?.executeOnChildNodes === true,
      waitS: typeof seconds === 'number' ? seconds : null,
      of: this.#plan.length,
    };
  }
}

const answers: Readonly<Record<string, unknown>> = {
  'power.verify': 'power off',
  'power.read': 'power off',
  'power.off': undefined,
  'power.on': undefined,
  'power.softOff': true,
  'power.waitForOff': true,
  'power.reset': undefined,
  'management.setBootDevice': undefined,
  'boot.validate': undefined,
  'boot.prepareRamdisk': undefined,
  'boot.cleanUpRamdisk': undefined,
  'network.addProvisioning': undefined,
  'network.removeProvisioning': undefined,
  'network.addTenant': undefined,
  'network.removeTenant': undefined,
  'images.check': undefined,
  'agent.installBootloader': undefined,
  'agent.powerOff': undefined,
  'agent.collectLogs': undefined,
  'agent.finalizeRescue': undefined,
  'fake.runStepOnChildren': undefined,
};
