import { setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { stepId } from '#domain/steps.js';
import type { Begun, PlannedStep } from '#activities/contract.js';
import { nodeUrlMemo } from '#temporal-config/names.js';

/** A line break in Markdown. */
const hardBreak = '  \n';

/**
 * What an operator reads about an operation in the Temporal UI (tab User Metadata, Current Details), as Markdown. It
 * costs no event. Node and links are in it although the start's own summary has them, because a run that was handed
 * over (continued as new) has no summary.
 */
export class Progress {
  readonly #title: string;
  readonly #done: string[] = [];
  #running: string | null = null;

  constructor(operationId: string, { type, number, nodeName, nodeUuid }: Begun) {
    const url = workflowInfo().memo?.[nodeUrlMemo];
    const link = (text: string, path = ''): string => (typeof url === 'string' ? `[${text}](${url}${path})` : text);
    const operation = link(`operation ${number}`, `/operations/${operationId}`);
    this.#title = `**${type} of node ${link(nodeName ?? nodeUuid)}**, ${operation}`;
  }

  /** Shows what goes on now. */
  stage(text: string): void {
    this.#show('Now', text);
  }

  /** Ticks the running step off, and shows the next, if any. */
  step(step: PlannedStep | null): void {
    if (this.#running) this.#done.push(this.#running);
    this.#running = step && stepId(step);
    if (step) this.stage(`${stepId(step)}, step ${step.index + 1} of ${step.of}`);
  }

  /** The steps of another plan follow. */
  newPlan(): void {
    this.#done.length = 0;
    this.#running = null;
  }

  /** Shows how the operation ended; the step that ran then stays the last. */
  end(outcome: string): void {
    this.#show('Ended', outcome);
  }

  /** Three lines, because the UI cuts off what does not fit its frame of 100 pixels. */
  #show(label: string, text: string): void {
    const steps = [...this.#done.map((name) => `${name} ✓`), ...(this.#running ? [`**${this.#running}**`] : [])];
    const lines = [this.#title, `**${label}:** ${text}`, steps.join(' · ')];
    setCurrentDetails(lines.filter(Boolean).join(hardBreak));
  }
}
