import { once } from 'node:events';
import { pause } from '../pause.js';
import { draw } from '../timings.js';
import { isObject, type AgentProcess } from './agent-process.js';
import type { CommandParams } from './commands.js';
import { AgentError, agentError, type AgentErrorType } from './rest-error.js';
import type { StepDeclaration, StepKind } from './steps.js';

const FAILURE_TYPE: Readonly<Record<StepKind, AgentErrorType>> = {
  clean: 'CleaningError',
  deploy: 'DeploymentError',
  service: 'ServicingError',
};

/**
 * `execute_clean_step`, `execute_deploy_step` and `execute_service_step`: checks the hardware managers' versions, then
 * runs the step for as long as such a step takes, with the machine's faults.
 */
export async function executeStep(process: AgentProcess, kind: StepKind, params: CommandParams): Promise<unknown> {
  const { step, node, ports: _ports, [`${kind}_version`]: version, ...more } = params;
  if (isObject(node)) process.memory.node = node;
  checkVersions(process, version);
  if (!isObject(step) || typeof step['step'] !== 'string') {
    throw new TypeError(`Malformed ${kind}_step, no "step" key: ${JSON.stringify(step)}`);
  }
  const name = step['step'];
  const declaration = process.host.steps.find(kind, name);
  if (!declaration) throw agentError('HardwareManagerMethodNotFound', `Could not find method: ${name}`);
  process.host.log('step started', `${kind} ${name}`);
  try {
    const args = { ...more, ...(isObject(step['args']) ? step['args'] : {}) };
    const result = await perform(process, declaration, args);
    process.host.log('step ended', `${kind} ${name}`);
    return { [`${kind}_result`]: result, [`${kind}_step`]: step };
  } catch (error) {
    process.signal.throwIfAborted();
    process.host.log('step failed', `${kind} ${name}: ${String(error)}`);
    if (error instanceof AgentError) throw error;
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw agentError(FAILURE_TYPE[kind], `Unexpected exception performing ${kind} step ${name}. ${text}`);
  }
}

async function perform(
  process: AgentProcess,
  declaration: StepDeclaration,
  args: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const { host, signal } = process;
  await applyFaults(process, declaration.step);
  if (!declaration.ownDuration) await pause(draw(host.timings.step), signal);
  return declaration.run({ process, args });
}

async function applyFaults(process: AgentProcess, step: string): Promise<void> {
  const { faults } = process.host;
  await pause(faults.slowStepMs ?? 0, process.signal);
  if (faults.crashInStep === step) process.stop('crashed');
  if (faults.crashInStep === step || faults.hangStep === step) await forEver(process.signal);
  const failure = faults.failStep;
  if (failure?.step !== step) return;
  if (failure.times === 1) delete faults.failStep;
  else if (failure.times !== undefined) faults.failStep = { ...failure, times: failure.times - 1 };
  if (failure.type !== undefined) throw new AgentError(failure.type, failure.message);
  throw new Error(failure.message);
}

async function forEver(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}

/** No version given means no check; any difference means that the steps must be read again. */
function checkVersions({ host }: AgentProcess, version: unknown): void {
  if (version === undefined || version === null) return;
  const current = host.steps.versions();
  const given = isObject(version) ? version : {};
  const names = new Set([...Object.keys(current), ...Object.keys(given)]);
  if ([...names].every((name) => current[name] === given[name])) return;
  const details = `Current versions: ${python(current)}, versions used by ironic: ${python(version)}`;
  throw agentError('VersionMismatch', details);
}

/** As Python prints a dictionary of strings. */
function python(value: unknown): string {
  return JSON.stringify(value).replaceAll('"', "'").replaceAll("':'", "': '").replaceAll("','", "', '");
}
