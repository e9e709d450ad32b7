import type { OperationType } from './operations.js';
import { isOnHold, isWaiting, type ProvisionState } from './states.js';
import { parseUserSteps } from './step-wire.js';
import { disallowedStepText, disallowedSteps, type StepFlow, type UserStep } from './steps.js';
import { next, transitionFor, type NextState, type TransitionEvent } from './transitions.js';
import {
  isFilled,
  refusal,
  refuseConfigdrive,
  refuseDeploySteps,
  refuseDisableRamdisk,
  toBoolean,
  type VerbRefusal,
} from './verb-body.js';
import { isVerbTarget, operationTypeFor, verbs, type Verb, type VerbTarget } from './verbs.js';

/** A provision request and the node it is for, as the row says at that moment. */
export interface VerbRequest {
  readonly target: string;
  /** The JSON body as received (snake_case); pass it through `checkVerbArguments` before. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly apiMinor: number;
  readonly nodeUuid: string;
  readonly state: ProvisionState;
  readonly targetState: ProvisionState | null;
  /** Host that holds the lock, as shown in `reservation`; null when the node is free. */
  readonly reservation: string | null;
  readonly maintenance: boolean;
  readonly retired: boolean;
  readonly protected: boolean;
  /**
   * What became of `body.runbook`: its contents, or why it may not be used. Needed when the body names one; the caller
   * looks it up before, since that needs the database.
   */
  readonly runbook?: ResolvedRunbook | VerbRefusal;
  /** Step ids that the operator has disallowed; Ironic's default when absent. */
  readonly disallowedSteps?: readonly string[];
}

/** A runbook that is approved for the node. */
export interface ResolvedRunbook {
  readonly kind: 'runbook';
  /** In the order of their `order`. */
  readonly steps: readonly UserStep[];
  readonly disableRamdisk: boolean;
}

/** Accepted: move the node and start the operation (none for a direct move). */
export interface VerbTransition {
  readonly kind: 'transition';
  readonly target: VerbTarget;
  readonly event: TransitionEvent;
  readonly from: ProvisionState;
  readonly state: ProvisionState;
  readonly targetState: ProvisionState | null;
  readonly operationType: OperationType | null;
  /** An unfinished operation exists and ends as `superseded` in the same transaction. */
  readonly supersedes: boolean;
  /** Steps to run, from the request or the runbook; empty when none were given. */
  readonly steps: readonly UserStep[];
  readonly disableRamdisk: boolean;
}

/** Accepted: a request row (abort or unhold) on the running operation, which moves the node itself. */
export interface VerbOperationRequest {
  readonly kind: 'request';
  readonly target: VerbTarget;
  readonly request: 'abort' | 'unhold';
  /** Where the node goes once the flow obeys. */
  readonly state: ProvisionState;
  readonly targetState: ProvisionState | null;
}

/** What to do with a provision request. */
export type VerbDecision = VerbTransition | VerbOperationRequest | VerbRefusal;

interface Steps {
  readonly cleanSteps: unknown;
  readonly serviceSteps: unknown;
  readonly disableRamdisk: unknown;
  readonly runbook: ResolvedRunbook | undefined;
}

/**
 * Decides a provision request by Ironic's order of checks (api/controllers/v1/node.py provision, then
 * conductor/manager.py). Whether the node exists, the caller may ask, and the driver's own validation are asked by the
 * caller, the last after this.
 */
export function decideVerb(request: VerbRequest): VerbDecision {
  const { target, state, targetState, nodeUuid } = request;
  const verb: Verb | undefined = isVerbTarget(target) ? verbs[target] : undefined;

  const early = refuseEarly(request, verb);
  if (early) return early;

  const moved = verb && moveAskedFor(verb.event, state, targetState);
  if (!verb || !isVerbTarget(target) || !moved) {
    if (request.reservation !== null) return lockedBy(request.reservation, nodeUuid);
    return refusal(400, 'InvalidStateRequested', wrongState(target, nodeUuid, state));
  }

  const steps = resolveSteps(request);
  if ('kind' in steps) return steps;
  const late = refuseLate(request, verb, steps);
  if (late) return late;
  const wanted = requiredSteps(request, steps);
  if ('kind' in wanted) return wanted;

  if (request.reservation !== null) return lockedBy(request.reservation, nodeUuid);
  const locked = refuseUnderLock(request, verb);
  if (locked) return locked;

  const unfinished = isWaiting(state) || isOnHold(state);
  if (unfinished && (target === 'abort' || target === 'unhold')) {
    return { kind: 'request', target, request: target, ...moved };
  }
  return {
    kind: 'transition',
    target,
    event: verb.event,
    from: state,
    ...moved,
    operationType: operationTypeFor(target, state),
    supersedes: unfinished,
    steps: wanted.steps,
    disableRamdisk: toBoolean(steps.disableRamdisk) ?? false,
  };
}

/** Where the event leads if a client may raise it: `cleaning -manage->` and `deleting -clean->` are the flow's own. */
function moveAskedFor(
  event: TransitionEvent,
  state: ProvisionState,
  targetState: ProvisionState | null,
): NextState | undefined {
  return transitionFor(state, event)?.by === 'api' ? next(state, event, { target: targetState }) : undefined;
}

/** Before the state is looked at: the verb's version, and maintenance for deployments. */
function refuseEarly({ target, apiMinor, maintenance, nodeUuid }: VerbRequest, verb: Verb | undefined) {
  if (verb?.versionCheck === 'first' && apiMinor < verb.minVersion) return notAcceptable();
  if (maintenance && (target === 'active' || target === 'rebuild')) return inMaintenance('provisioning', nodeUuid);
  return undefined;
}

/** The config drive, then the runbook, whose steps take the place of the request's. */
function resolveSteps(request: VerbRequest): Steps | VerbRefusal {
  const { target, body, apiMinor } = request;
  const refused = refuseConfigdrive(target, body['configdrive'], apiMinor);
  if (refused) return refused;

  const asked = {
    cleanSteps: body['clean_steps'],
    serviceSteps: body['service_steps'],
    disableRamdisk: body['disable_ramdisk'],
    runbook: undefined,
  };
  if (!isFilled(body['runbook'])) return asked;
  if (apiMinor < 92) return notAcceptable();
  const runbook =
    request.runbook ?? refusal(404, 'RunbookNotFound', `Runbook ${String(body['runbook'])} could not be found.`);
  if (runbook.kind === 'refused') return runbook;
  if (target === 'clean' || target === 'service') {
    const given = target === 'clean' ? asked.cleanSteps : asked.serviceSteps;
    if (isFilled(given)) return bad(`Please provide either "${target}_steps" or a runbook, but not both.`);
  }
  return { ...asked, disableRamdisk: runbook.disableRamdisk, runbook };
}

/** Fields that belong to other verbs, and versions that Ironic looks at only after the state. */
function refuseLate({ target, body, state, apiMinor }: VerbRequest, verb: Verb, steps: Steps): VerbRefusal | undefined {
  const ramdisk = refuseDisableRamdisk(target, steps.disableRamdisk, apiMinor);
  if (ramdisk) return ramdisk;
  if (isFilled(steps.cleanSteps) && target !== 'clean') return onlyWith('clean_steps', 'clean', steps.runbook);
  const deploySteps = refuseDeploySteps(target, body['deploy_steps'], apiMinor);
  if (deploySteps) return deploySteps;
  if (isGiven(body['rescue_password']) && target !== 'rescue') return onlyWith('rescue_password', 'rescue', undefined);
  if (apiMinor < (verb.minVersionIn[state] ?? 0)) return notAcceptable();
  if (target === 'unhold' && apiMinor < verb.minVersion) return notAcceptable();
  if (isFilled(steps.serviceSteps) && target !== 'service') return onlyWith('service_steps', 'service', steps.runbook);
  if (target === 'service' && apiMinor < verb.minVersion) return notAcceptable();
  return undefined;
}

/** Fields the verb cannot do without, and the form of the steps. */
function requiredSteps(request: VerbRequest, steps: Steps): { steps: readonly UserStep[] } | VerbRefusal {
  const { target, body } = request;
  if (target === 'rescue') {
    const password = body['rescue_password'];
    if (typeof password === 'string' && password.trim() !== '') return { steps: [] };
    return bad('A non-empty "rescue_password" is required when setting target provision state to rescue');
  }
  if (target === 'clean' || target === 'service') {
    const given = target === 'clean' ? steps.cleanSteps : steps.serviceSteps;
    if (steps.runbook && steps.runbook.steps.length > 0) return checkAllowed(steps.runbook.steps, target, request);
    if (isFilled(given)) return parseAllowed(given, target, request);
    return bad(`"${target}_steps" is required when setting target provision state to ${target}`);
  }
  if (isFilled(body['deploy_steps'])) return parseAllowed(body['deploy_steps'], 'deploy', request);
  return { steps: [] };
}

function parseAllowed(
  given: unknown,
  flow: StepFlow,
  request: VerbRequest,
): { steps: readonly UserStep[] } | VerbRefusal {
  const parsed = parseUserSteps(given, flow);
  return parsed.ok ? checkAllowed(parsed.steps, flow, request) : refusal(400, 'InvalidParameterValue', parsed.text);
}

function checkAllowed(steps: readonly UserStep[], flow: StepFlow, request: VerbRequest) {
  const text = disallowedStepText(steps, flow, request.disallowedSteps ?? disallowedSteps);
  return text === undefined ? { steps } : refusal(400, 'StepNotAllowed', text);
}

/** What Ironic's conductor asks once it has the lock. */
function refuseUnderLock(request: VerbRequest, verb: Verb): VerbRefusal | undefined {
  const { target, nodeUuid, maintenance } = request;
  if (maintenance && verb.needsNoMaintenance)
    return inMaintenance(maintenanceWords[verb.event] ?? verb.event, nodeUuid);
  if (request.protected && (verb.event === 'rebuild' || verb.event === 'delete')) {
    return refusal(403, 'NodeProtected', `Node ${nodeUuid} is protected and cannot be undeployed, rebuilt or deleted`);
  }
  if (target === 'provide' && request.retired) {
    const text = `The providing operation can't be performed on node ${nodeUuid} because it is retired.`;
    return refusal(400, 'NodeIsRetired', text);
  }
  if (target === 'abort' && request.state === 'service failed' && maintenance) {
    const text =
      `Can not abort service on node "${nodeUuid}" while it is in maintenance mode. Please remove the node from ` +
      'maintenance prior to issuing the request to abort the service operation.';
    return refusal(409, 'InvalidState', text);
  }
  return undefined;
}

const maintenanceWords: Partial<Record<TransitionEvent, string>> = {
  deploy: 'provisioning',
  rebuild: 'provisioning',
  rescue: 'rescuing',
  unrescue: 'unrescuing',
  clean: 'cleaning',
};

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function bad(text: string): VerbRefusal {
  return refusal(400, 'ClientSideError', text);
}

function notAcceptable(): VerbRefusal {
  return refusal(406, 'NotAcceptable', 'Request not acceptable.');
}

function lockedBy(host: string, nodeUuid: string): VerbRefusal {
  const text = `Node ${nodeUuid} is locked by host ${host}, please retry after the current operation is completed.`;
  return refusal(409, 'NodeLocked', text);
}

function inMaintenance(operation: string, nodeUuid: string): VerbRefusal {
  const text = `The ${operation} operation can't be performed on node ${nodeUuid} because it's in maintenance mode.`;
  return refusal(400, 'NodeInMaintenance', text);
}

function wrongState(action: string, nodeUuid: string, state: ProvisionState): string {
  return `The requested action "${action}" can not be performed on node "${nodeUuid}" while it is in state "${state}".`;
}

function onlyWith(field: string, verb: string, runbook: ResolvedRunbook | undefined): VerbRefusal {
  if (runbook)
    return bad(`"runbooks" is only valid when setting target provision state to any of ['clean', 'service']`);
  return bad(`"${field}" is only valid when setting target provision state to ${verb}`);
}
