import type { OperationType } from './operations.js';
import type { ProvisionState } from './states.js';
import type { TransitionEvent } from './transitions.js';

/** `target` of PUT states/provision. */
export type VerbTarget =
  | 'manage'
  | 'provide'
  | 'inspect'
  | 'clean'
  | 'adopt'
  | 'active'
  | 'deploy'
  | 'rebuild'
  | 'deleted'
  | 'undeploy'
  | 'rescue'
  | 'unrescue'
  | 'abort'
  | 'unhold'
  | 'service';

/** Fields that a provision request may carry besides `target`. */
export type VerbBodyField =
  'configdrive' | 'clean_steps' | 'deploy_steps' | 'service_steps' | 'rescue_password' | 'disable_ramdisk' | 'runbook';

/** What a verb is. */
export interface Verb {
  readonly event: TransitionEvent;
  /** First API minor version that has the verb. */
  readonly minVersion: number;
  /** Whether a version below the minimum is refused before or after the state is looked at. */
  readonly versionCheck: 'first' | 'afterState';
  /** States in which a later version is needed. */
  readonly minVersionIn: Partial<Record<ProvisionState, number>>;
  /** Fields the verb takes, with the first minor version of each. */
  readonly body: Partial<Record<VerbBodyField, number>>;
  /** The operation that carries it out; null for direct moves and for requests to a running operation. */
  readonly operationType: OperationType | null;
  /** Refused (400) while the node is in maintenance. */
  readonly needsNoMaintenance: boolean;
}

const plain = { versionCheck: 'first', minVersionIn: {}, body: {}, needsNoMaintenance: false } as const;
const deployBody = { configdrive: 1, deploy_steps: 69 } as const;

/** The verbs by their API target (Ironic states.py VERBS, api/controllers/v1/node.py provision). */
export const verbs = {
  manage: { ...plain, event: 'manage', minVersion: 4, operationType: 'verify' },
  provide: { ...plain, event: 'provide', minVersion: 4, operationType: 'clean' },
  inspect: { ...plain, event: 'inspect', minVersion: 6, operationType: 'inspect' },
  clean: {
    ...plain,
    event: 'clean',
    minVersion: 15,
    body: { clean_steps: 15, runbook: 92, disable_ramdisk: 70 },
    operationType: 'clean',
    needsNoMaintenance: true,
  },
  adopt: { ...plain, event: 'adopt', minVersion: 17, operationType: 'adopt' },
  active: {
    ...plain,
    event: 'deploy',
    minVersion: 1,
    body: deployBody,
    operationType: 'deploy',
    needsNoMaintenance: true,
  },
  deploy: { ...plain, event: 'deploy', minVersion: 73, operationType: 'deploy', needsNoMaintenance: true },
  rebuild: {
    ...plain,
    event: 'rebuild',
    minVersion: 1,
    body: { configdrive: 35, deploy_steps: 69 },
    operationType: 'rebuild',
    needsNoMaintenance: true,
  },
  deleted: { ...plain, event: 'delete', minVersion: 1, operationType: 'teardown' },
  // Meant for 1.73, but Ironic's gate looks for another name and lets it pass at every version (observed on 39.0.0).
  undeploy: { ...plain, event: 'delete', minVersion: 1, operationType: 'teardown' },
  rescue: {
    ...plain,
    event: 'rescue',
    minVersion: 38,
    body: { rescue_password: 38 },
    operationType: 'rescue',
    needsNoMaintenance: true,
  },
  unrescue: { ...plain, event: 'unrescue', minVersion: 38, operationType: 'unrescue', needsNoMaintenance: true },
  abort: {
    ...plain,
    event: 'abort',
    minVersion: 13,
    minVersionIn: { 'inspect wait': 41, 'wait call-back': 110 },
    operationType: null,
  },
  unhold: { ...plain, event: 'unhold', minVersion: 85, versionCheck: 'afterState', operationType: null },
  service: {
    ...plain,
    event: 'service',
    minVersion: 87,
    versionCheck: 'afterState',
    body: { service_steps: 87, runbook: 92, disable_ramdisk: 108 },
    operationType: 'service',
    needsNoMaintenance: true,
  },
} as const satisfies Record<VerbTarget, Verb>;

/** Is `value` a target of PUT states/provision? */
export function isVerbTarget(value: string): value is VerbTarget {
  return Object.hasOwn(verbs, value);
}

/** The verb for a target, or undefined when there is none of that name. */
export function verbFor(target: string): Verb | undefined {
  return isVerbTarget(target) ? verbs[target] : undefined;
}

/** The operation a verb starts in that state. `manage` has work to do only from `enroll`; elsewhere it is a direct move. */
export function operationTypeFor(target: VerbTarget, state: ProvisionState): OperationType | null {
  if (target === 'manage' && state !== 'enroll') return null;
  return verbs[target].operationType;
}
