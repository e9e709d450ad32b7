import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { FrozenCommand } from './frozen.js';
import { AgentError, agentError, type CommandError } from './rest-error.js';

/** A command's result on the wire. */
export interface CommandResult {
  readonly id: string;
  readonly command_name: string;
  command_status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CLEAN_VERSION_MISMATCH';
  command_error: CommandError | { readonly error: string } | null;
  command_result: unknown;
}

/** Keyword arguments of a command. */
export type CommandParams = Readonly<Record<string, unknown>>;

/** One command of an extension. */
export interface CommandSpec {
  /** Async commands answer at once and run on; a forced heartbeat follows their end. */
  readonly mode: 'sync' | 'async';
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
  /** Takes any further argument (`**kwargs`). */
  readonly open?: boolean;
  /** Refuses the parameters before an async command starts: thrown errors become the HTTP answer. */
  readonly validate?: (params: CommandParams) => void;
  /** @returns the result, or a promise of it */
  readonly run: (params: CommandParams) => unknown;
}

/** Commands by extension and name. */
export type Extensions = Readonly<Record<string, Readonly<Record<string, CommandSpec>>>>;

/** A command that was accepted. */
export interface AcceptedCommand {
  /** As it was asked for: `deploy.execute_deploy_step`. */
  readonly name: string;
  readonly params: CommandParams;
  readonly result: CommandResult;
  /** Settles when the command has ended. */
  readonly done: Promise<void>;
  /** The result cannot be written as JSON: every answer that contains it is a 500. */
  readonly broken: boolean;
}

/** Runs commands one at a time and keeps all results for the life of the agent process. */
export class CommandRunner {
  readonly accepted: AcceptedCommand[] = [];
  readonly #extensions: Extensions;
  readonly #afterAsync: () => void;
  #lock: Promise<unknown> = Promise.resolve();

  /** @param afterAsync called when an async command has ended, whatever came of it */
  constructor(extensions: Extensions, afterAsync: () => void) {
    this.#extensions = extensions;
    this.#afterAsync = afterAsync;
  }

  /**
   * Executes `ext.command`. A sync command has ended when this resolves; calls wait for one another.
   * @throws {AgentError} 400, 404 or 409: nothing was executed.
   */
  execute(name: string, params: CommandParams): Promise<AcceptedCommand> {
    const turn = this.#lock.then(() => this.#execute(name, params));
    this.#lock = turn.catch(() => undefined);
    return turn;
  }

  /** Takes over the commands of an earlier fleet process; those that were running begin again. */
  thaw(commands: readonly FrozenCommand[]): void {
    for (const { result, name, params } of commands) {
      const [extension = '', command = ''] = name.split(/\.(.*)/s);
      const spec = result.command_status === 'RUNNING' ? this.#extensions[extension]?.[command] : undefined;
      const done = spec ? this.#run(spec, result, command, params) : Promise.resolve();
      this.accepted.push({ name, params, result, done, broken: false });
    }
  }

  /** All commands, to be thawed in another process. */
  freeze(): readonly FrozenCommand[] {
    return this.accepted
      .filter(({ broken }) => !broken)
      .map(({ name, params, result }) => ({ name, params: { ...params }, result: { ...result } }));
  }

  /** @throws {AgentError} 404 for an id that is not known. */
  find(id: string): AcceptedCommand {
    const command = this.accepted.find(({ result }) => result.id === id);
    if (!command) throw agentError('RequestedObjectNotFoundError', `Command Result with id ${id} not found.`);
    return command;
  }

  async #execute(name: string, params: CommandParams): Promise<AcceptedCommand> {
    const [extension = '', command] = name.split(/\.(.*)/s);
    if (command === undefined) {
      throw agentError('InvalidCommandError', 'Command name must be of the form <extension>.<name>');
    }
    const last = this.accepted.at(-1)?.result;
    if (last?.command_status === 'RUNNING') throw agentError('AgentIsBusy', `executing command ${last.command_name}`);
    if (!Object.hasOwn(this.#extensions, extension)) {
      throw agentError('RequestedObjectNotFoundError', `Extension with id ${extension} not found.`);
    }
    const commands = this.#extensions[extension] ?? {};
    const spec = Object.hasOwn(commands, command) ? commands[command] : undefined;
    if (!spec) throw agentError('InvalidCommandError', `Unknown command: ${command}`);
    spec.validate?.(params);
    const accepted =
      spec.mode === 'sync' ? await runSync(spec, name, command, params) : this.#start(spec, name, command, params);
    this.accepted.push(accepted);
    return accepted;
  }

  #start(spec: CommandSpec, name: string, command: string, params: CommandParams): AcceptedCommand {
    const result = newResult(command, 'RUNNING');
    return { name, params, result, done: this.#run(spec, result, command, params), broken: false };
  }

  async #run(spec: CommandSpec, result: CommandResult, command: string, params: CommandParams): Promise<void> {
    try {
      // A thread of its own in the real agent: the answer to the request that started it says RUNNING.
      await setImmediate();
      checkArguments(spec, command, params);
      const value = await spec.run(params);
      result.command_result = typeof value === 'string' ? { result: `${command}: ${value}` } : (value ?? null);
      result.command_status = 'SUCCEEDED';
    } catch (error) {
      const failure = error instanceof AgentError ? error : agentError('CommandExecutionError', messageOf(error));
      result.command_error = failure.toJSON();
      result.command_status = failure.type === 'VersionMismatch' ? 'CLEAN_VERSION_MISMATCH' : 'FAILED';
    } finally {
      this.#afterAsync();
    }
  }
}

async function runSync(
  spec: CommandSpec,
  fullName: string,
  command: string,
  params: CommandParams,
): Promise<AcceptedCommand> {
  const done = Promise.resolve();
  try {
    checkArguments(spec, command, params);
    const value = await spec.run(params);
    const result = newResult(command, 'SUCCEEDED');
    result.command_result = typeof value === 'string' ? { result: value } : (value ?? null);
    return { name: fullName, params, result, done, broken: false };
  } catch (error) {
    if (error instanceof AgentError && error.code === 400) throw error;
    const result = newResult(fullName, 'FAILED');
    if (error instanceof AgentError) result.command_error = error.toJSON();
    return { name: fullName, params, result, done, broken: !(error instanceof AgentError) };
  }
}

function newResult(name: string, status: CommandResult['command_status']): CommandResult {
  return { id: randomUUID(), command_name: name, command_status: status, command_error: null, command_result: null };
}

function checkArguments(spec: CommandSpec, command: string, params: CommandParams): void {
  const { required = [], optional = [], open = false } = spec;
  const missing = required.filter((name) => !Object.hasOwn(params, name));
  if (missing.length > 0) throw new TypeError(`${command}() missing required argument: '${missing[0]}'`);
  const unknown = Object.keys(params).find((name) => !required.includes(name) && !optional.includes(name));
  if (unknown !== undefined && !open) {
    throw new TypeError(`${command}() got an unexpected keyword argument '${unknown}'`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
