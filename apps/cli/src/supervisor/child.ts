import { spawn, type ChildProcess } from 'node:child_process';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChildLog } from '../logs/child-log.js';
import { identify, type ProcessIdentity } from '../machine/process-identity.js';
import type { RunUser } from '../machine/run-user.js';
import { messageOf, Problem } from '../problem.js';
import type { ChildState } from '../state.js';
import { nextDelay } from './back-off.js';
import { HeldPort, type ListenAddress } from './held-port.js';

/** A signal, and how long after the previous one (or after the wish to stop) it is sent. */
export interface StopStep {
  readonly signal: NodeJS.Signals;
  readonly afterMs: number;
}

/** A program that the supervisor keeps running. */
export interface ChildSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly user?: RunUser | undefined;
  /** Where it answers, for people. */
  readonly address?: string;
  /** Resolves to true once the program serves; asked every 100 ms. A rejection counts as "not yet". */
  readonly ready: () => Promise<boolean>;
  /** The first start fails when it takes longer. */
  readonly readyWithinMs: number;
  readonly stop: readonly StopStep[];
  /** A port whose connections it gets by its IPC channel, so that nobody is refused while it is started again. */
  readonly holds?: ListenAddress;
}

export interface ChildHooks {
  readonly log: ChildLog;
  /** Called on every change, before anything else happens: what it says is on disk when the supervisor is killed. */
  readonly onChange: (state: ChildState) => void;
}

/** So many deaths before it was ever ready, and the first start has failed. */
const FIRST_ATTEMPTS = 3;
const PROBE_EVERY_MS = 100;

/** One supervised program: started, probed, started again with back-off when it dies, and stopped. */
export class Child {
  readonly spec: ChildSpec;
  readonly #hooks: ChildHooks;
  readonly #firstReady: Promise<void>;
  #serves: () => void = () => undefined;
  #fails: (problem: Problem) => void = () => undefined;
  readonly #stopping = new AbortController();
  #running: ChildProcess | undefined;
  #identity: ProcessIdentity | undefined;
  #loop: Promise<void> | undefined;
  #port: HeldPort | undefined;
  #restarts = 0;
  #wasReady = false;

  constructor(spec: ChildSpec, hooks: ChildHooks) {
    this.spec = spec;
    this.#hooks = hooks;
    this.#firstReady = new Promise((resolve, reject) => {
      this.#serves = resolve;
      this.#fails = reject;
    });
    this.#firstReady.catch(() => undefined);
  }

  /** Starts it and keeps it running. Resolves when it serves for the first time. @throws Problem when it never does */
  start(): Promise<void> {
    this.#loop ??= this.#holdAndRun();
    return this.#firstReady;
  }

  /** Ends it with the signals of its spec, or with SIGKILL at once if `hurry` fires; it is gone when this resolves. */
  async stop(hurry: AbortSignal): Promise<void> {
    if (!this.#loop) return;
    this.#stopping.abort();
    const ended = new AbortController();
    const ladder = this.#climbLadder(AbortSignal.any([hurry, ended.signal]), hurry);
    await this.#loop;
    ended.abort();
    await ladder;
    this.#change('stopped');
  }

  async #holdAndRun(): Promise<void> {
    const { name, holds } = this.spec;
    try {
      if (holds) this.#port = await HeldPort.open(holds);
    } catch (error) {
      this.#fails(
        new Problem(`Port ${holds?.port} for ${name} cannot be opened (${messageOf(error)}): choose another.`),
      );
      return;
    }
    await this.#keepRunning();
    this.#port?.close();
  }

  async #keepRunning(): Promise<void> {
    for (let waitMs = 0; !this.#stopping.signal.aborted;) {
      const healthyMs = await this.#runOnce();
      if (this.#stopping.signal.aborted) break;
      waitMs = nextDelay(waitMs, healthyMs);
      if (!this.#wasReady && this.#restarts + 1 >= FIRST_ATTEMPTS) return this.#giveUp('ended before it was ready');
      this.#change('backing off');
      await delay(waitMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      this.#restarts += 1;
    }
    this.#fails(new Problem(`${this.spec.name} was stopped before it was ready.`));
  }

  /** From start to end of one process. @returns how long it had been ready, in milliseconds */
  async #runOnce(): Promise<number> {
    const { spec } = this;
    const running = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: spec.env,
      stdio: ['ignore', 'pipe', 'pipe', ...(this.#port ? (['ipc'] as const) : [])],
      // Its own group: Ctrl-C in a terminal reaches only the supervisor, which stops the children in their order.
      detached: true,
      ...(spec.user && { uid: spec.user.uid, gid: spec.user.gid }),
    });
    this.#running = running;
    this.#identity = running.pid === undefined ? undefined : identify(running.pid);
    this.#change('starting');
    const ended = new Promise<string>((resolve) => {
      running.once('error', (error) => resolve(`could not be started: ${error.message}`));
      running.once('exit', (code, signalName) => resolve(`ended with ${signalName ?? `code ${code}`}`));
    });
    for (const stream of [running.stdout, running.stderr]) if (stream) this.#hooks.log.follow(stream);

    const over = new AbortController();
    const probing = this.#probe(over.signal);
    const how = await ended;
    over.abort();
    const readyAt = await probing;
    this.#running = undefined;
    this.#identity = undefined;
    if (!this.#stopping.signal.aborted) this.#hooks.log.note(`${spec.name} ${how}`);
    return readyAt === undefined ? 0 : performance.now() - readyAt;
  }

  /** @returns when it became ready, or undefined if it ended before */
  async #probe(over: AbortSignal): Promise<number | undefined> {
    const began = performance.now();
    while (!over.aborted) {
      if (await this.spec.ready().catch(() => false)) {
        if (over.aborted) break;
        this.#wasReady = true;
        if (this.#running) this.#port?.giveTo(this.#running);
        this.#serves();
        if (!this.#stopping.signal.aborted) this.#change('ready');
        return performance.now();
      }
      if (!this.#wasReady && performance.now() - began > this.spec.readyWithinMs) {
        this.#giveUp(`was not ready within ${this.spec.readyWithinMs / 1000} s`);
      }
      await delay(PROBE_EVERY_MS, undefined, { signal: over }).catch(() => undefined);
    }
    return undefined;
  }

  #giveUp(what: string): void {
    const words = this.#hooks.log.lastWords();
    this.#fails(
      new Problem(
        `${this.spec.name} ${what}${words ? ` (${words})` : ''}: see "temper logs ${this.spec.name}" for the reason.`,
      ),
    );
  }

  async #climbLadder(wakeUp: AbortSignal, hurry: AbortSignal): Promise<void> {
    if (this.#running) this.#change('stopping');
    for (const { signal, afterMs } of this.spec.stop) {
      await delay(afterMs, undefined, { signal: wakeUp }).catch(() => undefined);
      if (!this.#running) return;
      this.#send(hurry.aborted ? 'SIGKILL' : signal);
    }
  }

  #send(name: NodeJS.Signals): void {
    const pid = this.#running?.pid;
    if (pid === undefined) return;
    try {
      // SIGKILL cannot be passed on, so it goes to the whole group.
      process.kill(name === 'SIGKILL' ? -pid : pid, name);
    } catch (error) {
      this.#hooks.log.note(`${name} could not be sent: ${messageOf(error)}`);
    }
  }

  #change(status: ChildState['status']): void {
    this.#hooks.onChange({
      status,
      restarts: this.#restarts,
      since: new Date().toISOString(),
      ...(this.#identity && { process: this.#identity }),
      ...(this.spec.address !== undefined && { address: this.spec.address }),
    });
  }
}
