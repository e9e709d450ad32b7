import type { OperationType } from './operations.js';
import type { ProvisionState } from './states.js';
import type { TransitionEvent } from './transitions.js';
import type { VerbTarget } from './verbs.js';

/** A provision request and the node it is for, as the row says at that moment. */
export interface VerbRequest {
  readonly target: string;
  /** The JSON body as received (snake_case); `target` in it is ignored. */
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
   * looks it up before (404 when it does not exist), since that needs the database.
   */
  readonly runbook?: ResolvedRunbook | VerbRefusal;
}

/** A runbook that is approved for the node. */
export interface ResolvedRunbook {
  readonly kind: 'runbook';
  readonly steps: readonly Readonly<Record<string, unknown>>[];
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
  /** Steps to run, from the request or the runbook, as received (snake_case). */
  readonly steps: readonly Readonly<Record<string, unknown>>[] | undefined;
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

/** Refused: nothing has changed. `text` is Ironic's. */
export interface VerbRefusal {
  readonly kind: 'refused';
  readonly status: 400 | 403 | 404 | 406 | 409;
  /** Name of Ironic's exception. */
  readonly code: string;
  readonly text: string;
}

/** What to do with a provision request. */
export type VerbDecision = VerbTransition | VerbOperationRequest | VerbRefusal;

/** Decides a provision request by Ironic's order of checks; the driver's own validation comes after it. */
export function decideVerb(request: VerbRequest): VerbDecision {
  return { kind: 'refused', status: 400, code: 'NotImplemented', text: request.target };
}
