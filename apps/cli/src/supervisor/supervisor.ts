import type { Home } from '../home.js';
import { ChildLog } from '../logs/child-log.js';
import { Problem } from '../problem.js';
import { readState, writeState, type State } from '../state.js';
import { Child, type ChildSpec } from './child.js';

/** Keeps children running, writes down which they are, and stops them in the reverse order of their start. */
export class Supervisor {
  readonly #home: Home;
  readonly #children: Child[] = [];
  readonly #logs: ChildLog[] = [];
  #state: State;
  #stopped = false;

  constructor(home: Home) {
    this.#home = home;
    this.#state = { ...readState(home.stateFile), children: {} };
  }

  /** Changes what the state file says besides the children. */
  record(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    try {
      writeState(this.#home.stateFile, this.#state);
    } catch {
      // A full disk must not end the supervisor. What is not noted is found by its environment (orphans.ts).
    }
  }

  /** Starts one more child. Resolves when it serves. @throws Problem when it never does */
  start(spec: ChildSpec): Promise<void> {
    if (this.#stopped)
      return Promise.reject(new Problem(`${spec.name} was not started because everything is stopping.`));
    const log = new ChildLog(this.#home.logsDir, spec.name);
    const child = new Child(spec, {
      log,
      onChange: (state) => this.record({ children: { ...this.#state.children, [spec.name]: state } }),
    });
    this.#logs.push(log);
    this.#children.push(child);
    return child.start();
  }

  /**
   * Stops all, the youngest first, each after the one before it is gone.
   *
   * @param hurry once it fires, what is left is killed at once
   */
  async stop(hurry: AbortSignal, onStopped: (name: string) => void = () => undefined): Promise<void> {
    this.#stopped = true;
    for (const child of this.#children.toReversed()) {
      await child.stop(hurry);
      onStopped(child.spec.name);
    }
    for (const log of this.#logs) log.close();
  }
}
