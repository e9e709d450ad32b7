import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import type { TransitionEvent } from '#domain/transitions.js';
import type { Begun, BootFacts, Facts, PlannedStep, WriteKey } from '#activities/contract.js';
import type { Inbox } from './inbox.js';
import { aborted, callbackTimeout } from './outcomes.js';
import { Progress, stepName } from './progress.js';
import { handsOf, nodes, nodesSaying, type Hands } from './proxies.js';
import { Undo } from './undo.js';

/** What operators call the work: `deploy`, `clean`, … in sentences and in Ironic's history types. */
export interface Wording {
  /** As in "By request, the deploy operation was aborted". */
  readonly work: string;
  /** Ironic's history event type of a failure, such as `deploying`. */
  readonly historyType: string;
  /** What stands before the reason in last_error, such as `Failed to tear down: `. */
  readonly prefix?: string;
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
    this.hands = handsOf(begun.conductorGroup, begun.interfaces, () => (this.#step ? stepName(this.#step) : ''));
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
  async enter(event: TransitionEvent, stage: string, { awaitBeat = false } = {}): Promise<BootFacts> {
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
      `abort waits for the end of ${stepName(this.#step)}, which cannot be interrupted`,
    );
  }

  #abortedBy(step: PlannedStep | null): Error {
    const where = step ? ` during or after the completion of step "${step.step}"` : '';
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
    const limitS = this.begun.callbackTimeoutS;
    for (let facts = entered ?? (await this.#look()); ; facts = await this.#look()) {
      if (facts.beat) return 'beat';
      if (facts.tokenLost) return 'tokenLost';
      const leftS = facts.maintenance ? limitS : limitS - facts.silentS;
      if (limitS > 0 && leftS <= 0) throw callbackTimeout(this.#silence());
      await this.#inbox.changedSince(
        this.#seen,
        limitS > 0 ? { seconds: leftS, summary: 'deadline for a sign of the agent' } : undefined,
      );
    }
  }

  /** Reads what is true now and obeys it. News that come meanwhile wake the next wait at once. */
  async #look(): Promise<BootFacts> {
    this.#seen = this.#inbox.count;
    const facts = await nodes.readWait(this.id);
    await this.obey(facts);
    return facts;
  }

  #silence(): string {
    return (
      `Timeout reached while waiting for callback for node ${this.begun.nodeUuid}: no heartbeat of the ramdisk's agent ` +
      `within ${this.begun.callbackTimeoutS} s; check DHCP and PXE, the boot mode and the machine's console.`
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
