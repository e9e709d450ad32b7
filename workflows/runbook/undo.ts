import { lastErrorText } from '#domain/errors.js';

interface UndoAction {
  /** What an operator reads when it fails: `power the machine off`. */
  readonly what: string;
  readonly run: () => Promise<void>;
}

/**
 * What has to be taken back when a runbook fails, newest first. Push the undo before the action: the action may have
 * happened although it reported failure, so every undo must do no harm when there is nothing to undo.
 */
export class Undo {
  readonly #actions: UndoAction[] = [];

  push(what: string, run: () => Promise<void>): void {
    this.#actions.unshift({ what, run });
  }

  /** Forgets everything: what was done is meant to stay. */
  clear(): void {
    this.#actions.length = 0;
  }

  /** Runs all; one that fails is reported and does not stop the rest. False when one has failed. */
  async run(report: (text: string) => Promise<void>): Promise<boolean> {
    let undone = true;
    for (const { what, run } of this.#actions.splice(0)) {
      try {
        await run();
      } catch (error) {
        undone = false;
        await report(`Clean-up could not ${what}: ${lastErrorText(error)}`);
      }
    }
    return undone;
  }
}
