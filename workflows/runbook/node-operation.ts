import { CancellationScope, sleep, workflowInfo } from '@temporalio/workflow';
import { bootsRamdisk } from '#domain/driver-steps.js';
import { delayMs, type DelayedInterface } from '#domain/fake-delays.js';
import { stepId } from '#domain/steps.js';
import type { TransitionEvent } from '#domain/transitions.js';
import type { Begun, BootFacts, Facts, PlannedStep, WriteKey } from '#activities/contract.js';
import type { Inbox } from './inbox.js';
import { aborted, callbackTimeout } from './outcomes.js';
import { Progress } from './progress.js';
import { handsOf, nodes, nodesSaying, type Hands } from './proxies.js';
import { Undo } from './undo.js';

/** What operators call the work: `deploy`, `clean`, … in sentences and in Ironic's history types. */
export interface Wording {
  /** As in "By request, the deploy operation was aborted". */
  readonly work: string;
  /** Ironic's history event type of a failure, such as `deploying`. */
  readonly historyType: string;
  /** What stands before the reason in last_error, such as `Failed to tear down: `. */
  readonly prefix?: string | ((nodeUuid: string) => string);
}

/** Carries out a power request that came while the flow waits. */
export type PowerBeside = (powerOperationId: string) => Promise<void>;

/** How a failing operation is ending; undo actions look at it. */
export type Ending = 'failed' | 'aborted' | 'interrupted';

/** How a wait for the agent ended. */
export type AgentSign = 'beat' | 'tokenLost';

/** One operation of a node in this run: its rows, its hands on the hardware, and what would have to be undone. */
export class NodeOperation {
  readonly id: string;
  readonly begun: Begun;
  readonly hands: Hands;
  readonly undo = new Undo();
  /** What an operator reads in the Temporal UI. */
  readonly progress: Progress;
  /** Set when the runbook has thrown, before anything is undone. */
  ending: Ending | null = null;
  readonly #inbox: Inbox;
  readonly #powerBeside: PowerBeside;
  #wording: Wording;
  #sequence = 0;
  #boots = 0;
  /** News up to this count are in the facts read last. */
  #seen = 0;
  #step: PlannedStep | null = null;
  #abortAfterStep = false;

  constructor(id: string, begun: Begun, inbox: Inbox, wording: Wording, powerBeside: PowerBeside) {
    this.id = id;
    this.begun = begun;
    this.#inbox = inbox;
    this.#powerBeside = powerBeside;
    this.#wording = wording;
    this.progress = new Progress(id, begun);
    this.hands = handsOf(begun.conductorGroup, begun.interfaces, {
      about: () => (this.#step ? stepId(this.#step) : ''),
      pretend: (fake) => this.pretend(fake),
    });
  }

  get wording(): Wording {
    return this.#wording;
  }

  /** The same operation goes on with other work: a tear-down that has become a cleaning. */
  continueAs(wording: Wording): void {
    this.#wording = wording;
    this.undo.clear();
    this.progress.newPlan();
  }

  /** The step that runs, if any. */
  get step(): PlannedStep | null {
    return this.#step;
  }

  /** The name by which people know the node. */
  get nodeName(): string {
    return this.begun.nodeName ?? this.begun.nodeUuid;
  }

  /** Does this operation boot the ramdisk, by the node's deploy interface? */
  get inRamdisk(): boolean {
    return bootsRamdisk(this.begun.interfaces.deploy) && !this.begun.withoutRamdisk;
  }

  /** Keeps what the inspection ramdisk has sent. */
  async storeInspection(): Promise<void> {
    await nodes.storeInspection(this.nextWrite());
  }

  /** The key of the next row write of this run. */
  nextWrite(): WriteKey {
    this.#sequence++;
    return { operationId: this.id, runId: workflowInfo().runId, sequence: this.#sequence };
  }

  /** The number of the next boot of the ramdisk in this operation. */
  nextBoot(): number {
    this.#boots++;
    return this.#boots;
  }

  /** Ends the operation well; with an event, where the table leads the node. */
  async finish(event: TransitionEvent | null): Promise<void> {
    await nodes.finish(this.nextWrite(), event);
  }

  /** Moves the node by an event of the transition table. Throws when a client has asked for an abort meanwhile. */
  async enter(
    event: TransitionEvent,
    stage: string,
    { awaitBeat = false }: { readonly awaitBeat?: boolean | 'next' } = {},
  ): Promise<BootFacts> {
    this.progress.stage(stage);
    this.#seen = this.#inbox.count;
    const facts = await nodesSaying(stage).enter(this.nextWrite(), event, { stage, awaitBeat });
    await this.obey(facts);
    return facts;
  }

  /** Ends the running step and starts the next of the frozen plan; null when none is left. */
  async nextStep(): Promise<PlannedStep | null> {
    const { step, facts } = await nodes.nextStep(this.nextWrite());
    const ended = this.#step;
    this.#step = step;
    this.progress.step(step);
    if (this.#abortAfterStep && ended) throw this.#abortedBy(ended);
    await this.obey(facts);
    return step;
  }

  /** Lets the time pass that the fake interface is configured to take: a timer, which outlives any worker. */
  async pretend(fake: DelayedInterface): Promise<void> {
    const range = this.begun.fakeDelays?.[fake];
    const ms = range ? delayMs(range, Math.random()) : 0;
    if (ms > 0) await sleep(ms, { summary: `the fake ${fake} interface takes its time` });
  }

  /** A line in the operation's timeline. */
  async note(kind: 'diagnosis' | 'boot' | 'step', text: string): Promise<void> {
    await nodes.note(this.nextWrite(), kind, text);
  }

  /** Does what was asked beside the operation: power requests are carried out, an abort ends the runbook. */
  async obey(facts: Facts): Promise<void> {
    if (facts.powerOperationId) await this.#powerBeside(facts.powerOperationId);
    if (!facts.requests.includes('abort') || this.#abortAfterStep) return;
    if (!this.#step || this.#step.abortable) throw this.#abortedBy(this.#step);
    this.#abortAfterStep = true;
    await nodes.handleRequest(
      this.nextWrite(),
      'abort',
      `abort waits for the end of ${stepId(this.#step)}, which cannot be interrupted`,
    );
  }

  #abortedBy(step: PlannedStep | null): Error {
    if (this.begun.type === 'inspect') return aborted('Inspection was aborted by request.');
    const where = step ? ` during or after the completion of step "${stepId(step)}"` : '';
    return aborted(`By request, the ${this.#wording.work} operation was aborted${where}`);
  }

  /**
   * Waits in a wait state until the agent of the present boot has called, or its token turned out to be lost. Obeys
   * requests meanwhile.
   *
   * @param entered what was true when the wait state was entered; read again when it may be old
   * @throws CallbackTimeout after the configured time without any sign; never in maintenance
   */
  async agentSign(entered?: BootFacts): Promise<AgentSign> {
    return this.#untilSign((facts) => (facts.beat ? 'beat' : facts.tokenLost ? 'tokenLost' : undefined), entered);
  }

  /** Waits in `inspect wait` until the ramdisk has sent what it found. @throws CallbackTimeout */
  async inspectionPost(entered: BootFacts): Promise<void> {
    await this.#untilSign((facts) => facts.posted || undefined, entered, this.#noInspection());
  }

  /** Enters the wait state and stays there until the agent has sent another heartbeat. @throws CallbackTimeout */
  async nextBeat(stage: string): Promise<void> {
    const entered = await this.enter('wait', stage, { awaitBeat: 'next' });
    await this.#untilSign((facts) => facts.beats > entered.beats || undefined, entered, this.#silence(), {
      nextBeat: true,
    });
  }

  /** Enters the wait state for a time, obeying requests meanwhile. */
  async waitFor(seconds: number): Promise<void> {
    await this.enter('wait', `waiting for ${seconds} s as the step asks`);
    const endMs = Date.now() + seconds * 1000;
    for (let leftMs = endMs - Date.now(); leftMs > 0; leftMs = endMs - Date.now()) {
      const news = await this.#inbox.changedSince(this.#seen, { seconds: leftMs / 1000, summary: 'the step waits' });
      if (news) await this.#look();
    }
  }

  /** Enters the hold state and stays there until `unhold`; then the node is in its wait state. Warns from time to time. */
  async hold(): Promise<void> {
    let facts: Facts = await this.enter('hold', 'on hold until unhold or abort');
    for (let days = 1; !facts.requests.includes('unhold'); facts = await this.#look()) {
      const news = await this.#inbox.changedSince(this.#seen, { seconds: 86_400, summary: 'reminder of the hold' });
      if (news) continue;
      const time = days === 1 ? 'a day' : `${days} days`;
      await this.note('diagnosis', `Node ${this.nodeName} has been on hold for ${time}; unhold or abort it.`);
      days++;
    }
    await nodes.handleRequest(this.nextWrite(), 'unhold', 'released from its hold');
    await this.enter('unhold', 'released from its hold');
  }

  /** Waits until `sign` finds what it looks for in the rows; a deadline counts from the newest sign of life. */
  async #untilSign<Sign>(
    sign: (facts: BootFacts) => Sign | undefined,
    entered?: BootFacts,
    silence = this.#silence(),
    options?: { readonly nextBeat: boolean },
  ): Promise<Sign> {
    const limitS = this.begun.callbackTimeoutS;
    for (let facts = entered ?? (await this.#look(options)); ; facts = await this.#look(options)) {
      const found = sign(facts);
      if (found !== undefined) return found;
      const leftS = facts.maintenance ? limitS : limitS - facts.silentS;
      if (limitS > 0 && leftS <= 0) throw callbackTimeout(silence);
      await this.#inbox.changedSince(
        this.#seen,
        limitS > 0 ? { seconds: leftS, summary: 'deadline for a sign of the agent' } : undefined,
      );
    }
  }

  /** Reads what is true now and obeys it. News that come meanwhile wake the next wait at once. */
  async #look(options?: { readonly nextBeat: boolean }): Promise<BootFacts> {
    this.#seen = this.#inbox.count;
    const facts = await (options ? nodes.readWait(this.id, options) : nodes.readWait(this.id));
    await this.obey(facts);
    return facts;
  }

  #silence(): string {
    return (
      `Timeout reached while waiting for callback for node ${this.begun.nodeUuid}: no heartbeat of the ramdisk's agent ` +
      `within ${this.begun.callbackTimeoutS} s; check DHCP and PXE, the boot mode and the machine's console.`
    );
  }

  #noInspection(): string {
    return (
      'Timeout reached while inspecting the node. Please check if the ramdisk responsible for the inspection is running ' +
      `on the node: nothing came from node ${this.nodeName} within ${this.begun.callbackTimeoutS} s.`
    );
  }

  /** Lets `work` (a call that lasts) go on while requests are obeyed; an abort or a newer operation cancels it. */
  async meanwhile<T>(work: () => Promise<T>): Promise<T> {
    const scope = new CancellationScope();
    const outcome = scope.run(work).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    try {
      for (;;) {
        const first = await Promise.race([outcome, this.#inbox.changedSince(this.#seen).then(() => null)]);
        if (first && 'value' in first) return first.value;
        if (first) throw first.error;
        await this.#look();
      }
    } catch (error) {
      scope.cancel();
      await outcome;
      throw error;
    }
  }
}
