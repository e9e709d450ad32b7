import { pause } from '../pause.js';
import type { AgentStop } from './agent-process.js';
import { ApiClient, field } from './api-client.js';
import type { CommandResult } from './commands.js';
import type { FrozenAgent } from './frozen.js';
import { inspect, inspectionUrl } from './inspect.js';
import { KernelParameters } from './kernel-parameters.js';
import { lookUp } from './lookup.js';
import type { RamdiskHost } from './ramdisk-host.js';
import { RunningProcess } from './running-process.js';

/** Where the agent is; the last four are ends, as far as the agent itself goes. */
export type AgentStage =
  | 'starting'
  | 'inspecting'
  | 'looking up'
  | 'serving'
  | 'restarting'
  | 'no API'
  | 'dead: token lost'
  | 'rescued'
  | 'locked down';

/** What can be seen of an agent from outside the protocol. */
export interface AgentView {
  readonly stage: AgentStage;
  readonly nodeUuid: string | undefined;
  readonly callbackUrl: string | undefined;
  readonly heartbeats: number;
  readonly lookups: number;
  /** How often each command was asked for, since the machine was switched on. */
  readonly received: Readonly<Record<string, number>>;
  /** Results of the commands of the process that runs now. */
  readonly commands: readonly CommandResult[];
}

/** Of an init system that starts a failed agent again. */
const RESTART_DELAY_MS = 1000;

/**
 * A simulated ironic-python-agent 13.0.0 with the init system around it: it lives from {@link run} until the machine's
 * power signal aborts, whatever happens to the agent process meanwhile.
 */
export class SimulatedAgent {
  readonly #host: RamdiskHost;
  readonly #parameters: KernelParameters;
  readonly #power: AbortSignal;
  readonly #received: Record<string, number> = {};
  #stage: AgentStage = 'starting';
  #process: RunningProcess | undefined;
  #frozen: FrozenAgent | undefined;
  #heartbeats = 0;
  #lookups = 0;

  /**
   * @param power aborts when the machine is switched off or reset
   * @param frozen an agent of an earlier fleet process, which goes on
   */
  constructor(host: RamdiskHost, commandLine: string, power: AbortSignal, frozen?: FrozenAgent) {
    this.#host = host;
    this.#parameters = new KernelParameters(commandLine);
    this.#power = power;
    this.#frozen = frozen;
  }

  /** What makes the agent while it serves; undefined at any other stage. */
  freeze(): FrozenAgent | undefined {
    return this.#stage === 'serving' ? this.#process?.freeze() : undefined;
  }

  get view(): AgentView {
    return {
      stage: this.#stage,
      nodeUuid: this.#process?.nodeUuid,
      callbackUrl: this.#process?.callbackUrl,
      heartbeats: this.#heartbeats,
      lookups: this.#lookups,
      received: this.#received,
      commands: this.#process?.commands ?? [],
    };
  }

  /** Runs agent processes until one ends for good. Rejects with the power signal's reason. */
  async run(): Promise<void> {
    for (;;) {
      const end = await this.#runProcess();
      if (end === 'crashed' || end === 'no lookup') {
        this.#enter('restarting', end);
        await pause(RESTART_DELAY_MS * this.#host.timings.stepScale, this.#power);
      } else {
        this.#enter(end);
        return;
      }
    }
  }

  #enter(stage: AgentStage, detail?: string): void {
    this.#stage = stage;
    this.#host.log(`agent ${stage}`, detail);
  }

  /** One life of the agent process. */
  async #runProcess(): Promise<'no API' | 'no lookup' | 'dead: token lost' | AgentStop> {
    const life = new AbortController();
    const signal = AbortSignal.any([this.#power, life.signal]);
    this.#enter('starting');
    const urls = (this.#parameters.get('ipa-api-url') ?? '').split(',').filter(Boolean);
    const api = new ApiClient(urls, this.#parameters, signal);
    const frozen = this.#frozen;
    this.#frozen = undefined;
    const known = frozen ?? (await this.#introduce(api, signal));
    if (typeof known === 'string') return known;
    const [host, parameters, received] = [this.#host, this.#parameters, this.#received];
    const { token, answer } = known;
    const process = new RunningProcess({ host, parameters, api, signal, token, answer, received, frozen });
    this.#process = process;
    try {
      await process.serve(() => this.#heartbeats++);
      this.#enter('serving', process.callbackUrl);
      return await process.stopped;
    } finally {
      life.abort(new Error('the agent process ended'));
      process.close();
    }
  }

  /** Inspects when the kernel's arguments ask for it, and learns from the API which node this is. */
  async #introduce(
    api: ApiClient,
    signal: AbortSignal,
  ): Promise<
    { readonly token: string | undefined; readonly answer: unknown } | 'no API' | 'no lookup' | 'dead: token lost'
  > {
    const inspection = inspectionUrl(this.#parameters);
    let nodeUuid: string | undefined;
    if (inspection) {
      this.#enter('inspecting', inspection);
      nodeUuid = await inspect(this.#host, this.#parameters, inspection, signal);
    }
    if (api.urls.length === 0) return 'no API';
    this.#enter('looking up', api.urls.join(','));
    const answer = await lookUp(this.#host, api, signal, nodeUuid, () => this.#lookups++);
    if (!answer) return 'no lookup';
    const choice = chooseToken(field(field(answer, 'config'), 'agent_token'), this.#parameters.get('ipa-agent-token'));
    return choice === 'lost' ? 'dead: token lost' : { token: choice.token, answer };
  }
}

/** The token to use, if any; `lost` is fatal. */
type TokenChoice = { readonly token: string | undefined } | 'lost';

/**
 * Token rules: a token of at least 32 characters is taken; `******` keeps the own one, and without an own
 * one it is fatal; anything else is ignored.
 */
function chooseToken(given: unknown, own: string | undefined): TokenChoice {
  if (typeof given === 'string' && given.length >= 32) return { token: given };
  return given === '******' && !own ? 'lost' : { token: own };
}
