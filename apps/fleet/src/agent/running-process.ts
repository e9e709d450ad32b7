import { selfSignedCertificate, type ServerCertificate } from '../tls/self-signed.js';
import { isObject, type AgentMemory, type AgentProcess, type AgentStop } from './agent-process.js';
import { faultOf, field, textOf, type ApiClient } from './api-client.js';
import { CommandRunner, type CommandResult } from './commands.js';
import { createExtensions } from './extensions.js';
import type { FrozenAgent } from './frozen.js';
import { Heartbeater } from './heartbeater.js';
import type { KernelParameters } from './kernel-parameters.js';
import type { RamdiskHost } from './ramdisk-host.js';
import { AgentServer } from './server.js';

const DEFAULT_HEARTBEAT_TIMEOUT = 300;
const DEFAULT_FORMATS = ['raw', 'gpt', 'qcow2'];

/** What a process starts with, once lookup has been answered. */
export interface ProcessStart {
  readonly host: RamdiskHost;
  readonly parameters: KernelParameters;
  readonly api: ApiClient;
  /** Aborts when the process ends for whatever reason. */
  readonly signal: AbortSignal;
  readonly token: string | undefined;
  /** Body of the lookup answer. */
  readonly answer: unknown;
  /** Counts commands by name; lives longer than the process. */
  readonly received: Record<string, number>;
  /** The same process in an earlier fleet process. */
  readonly frozen?: FrozenAgent | undefined;
}

/** An agent process that knows its node: server, heartbeats, commands. */
export class RunningProcess implements AgentProcess {
  readonly host: RamdiskHost;
  readonly parameters: KernelParameters;
  readonly signal: AbortSignal;
  readonly memory: AgentMemory;
  readonly runner: CommandRunner;
  readonly token: string | undefined;
  readonly startedAt = Date.now() / 1000;
  /** Settles when the process stops by itself. Rejects when the machine loses power. */
  readonly stopped: Promise<AgentStop>;
  readonly nodeUuid: string;
  callbackUrl: string | undefined;
  readonly #api: ApiClient;
  readonly #answer: unknown;
  readonly #config: unknown;
  readonly #frozen: FrozenAgent | undefined;
  #serving: { readonly certificate: ServerCertificate; readonly port: number } | undefined;
  readonly #received: Record<string, number>;
  #stop!: (reason: AgentStop) => void;
  #server: AgentServer | undefined;
  #heartbeater: Heartbeater | undefined;

  constructor({ host, parameters, api, signal, token, answer, received, frozen }: ProcessStart) {
    this.host = host;
    this.parameters = parameters;
    this.signal = signal;
    this.token = token;
    this.#api = api;
    this.#received = received;
    this.#answer = answer;
    this.#frozen = frozen;
    this.#config = field(answer, 'config');
    const node = field(answer, 'node');
    this.nodeUuid = textOf(field(node, 'uuid'));
    const formats = field(this.#config, 'permitted_image_formats');
    this.memory = {
      node: isObject(node) ? node : undefined,
      permittedFormats: Array.isArray(formats) ? formats.map(String) : DEFAULT_FORMATS,
      md5Enabled: field(this.#config, 'agent_md5_checksum_enable') === true,
      writtenImageId: undefined,
      partitionUuids: undefined,
    };
    this.runner = new CommandRunner(createExtensions(this), () => this.#heartbeater?.force());
    this.stopped = new Promise((resolve, reject) => {
      this.#stop = resolve;
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    // Nobody may be waiting when power goes during the start of the server.
    this.stopped.catch(() => undefined);
  }

  get commands(): readonly CommandResult[] {
    return this.runner.accepted.map(({ result }) => result);
  }

  get faults(): RamdiskHost['faults'] {
    return this.host.faults;
  }

  received(name: string): void {
    this.#received[name] = (this.#received[name] ?? 0) + 1;
    this.host.log('command received', name);
  }

  /** Makes the certificate, starts the server, then heartbeats. */
  async serve(beforeHeartbeat: () => void): Promise<void> {
    const frozen = this.#frozen;
    if (!frozen) await this.#api.dropUnreachable();
    const { host } = this;
    const certificate = frozen?.certificate ?? (await selfSignedCertificate(host.identity.name, host.address));
    const minVersion = field(this.#config, 'tls_min_version') === '1.3' ? 'TLSv1.3' : 'TLSv1.2';
    this.signal.throwIfAborted();
    const server = new AgentServer(this, certificate, minVersion);
    this.#server = server;
    const listen = (port?: number): Promise<number> => server.listen(host.address, port);
    // The old port may be taken by now; the next heartbeat tells of the new one.
    const port = frozen ? await listen(frozen.port).catch(() => listen()) : await listen();
    const callbackUrl = `https://${host.address}:${port}`;
    this.signal.throwIfAborted();
    this.#serving = { certificate, port };
    if (frozen) this.#thaw(frozen);
    this.callbackUrl = callbackUrl;
    const given = field(this.#config, 'heartbeat_timeout');
    const timeout = host.timings.heartbeatTimeout ?? (typeof given === 'number' ? given : DEFAULT_HEARTBEAT_TIMEOUT);
    this.#heartbeater = new Heartbeater(timeout, host.timings, this.signal, async () => {
      if (host.faults.deafToHeartbeat) return true;
      beforeHeartbeat();
      return this.#heartbeat(callbackUrl, certificate.certificate);
    });
    this.#heartbeater.start();
  }

  /** What makes this process; undefined while it does not serve yet. */
  freeze(): FrozenAgent | undefined {
    if (!this.#serving) return undefined;
    const { parameters, host, token, memory, runner } = this;
    return {
      ...this.#serving,
      commandLine: parameters.commandLine,
      bootMode: host.bootMode,
      token,
      answer: this.#answer,
      memory: { ...memory, permittedFormats: [...memory.permittedFormats] },
      commands: [...runner.freeze()],
    };
  }

  #thaw({ memory, commands }: FrozenAgent): void {
    Object.assign(this.memory, memory);
    this.runner.thaw(commands);
  }

  async #heartbeat(callbackUrl: string, certificate: string): Promise<boolean> {
    const { token } = this;
    const answer = await this.#api.heartbeat(this.nodeUuid, { callbackUrl, token, certificate }).catch(() => undefined);
    if (this.signal.aborted) return false;
    if (answer?.status === 202) {
      this.host.log('heartbeat');
      return true;
    }
    this.host.log('heartbeat failed', answer ? `HTTP ${answer.status} ${faultOf(answer.body)}` : 'no connection');
    return false;
  }

  async refreshNode(): Promise<void> {
    const answer = await this.#api.lookup([this.host.identity.mac], this.nodeUuid).catch(() => undefined);
    const node = field(answer?.body, 'node');
    if (answer?.status === 200 && isObject(node)) this.memory.node = node;
  }

  stop(reason: AgentStop): void {
    if (reason === 'crashed') this.#stop(reason);
    else void this.answered().then(() => this.#stop(reason));
  }

  async answered(): Promise<void> {
    await this.#server?.answered();
  }

  close(): void {
    this.#server?.close();
  }
}
