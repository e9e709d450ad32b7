import type { ProvisionState } from './states.js';

/** A power state that an action can aim at. */
export type SettledPowerState = 'power on' | 'power off';

/** `target` of PUT states/power. */
export type PowerTarget = 'power on' | 'power off' | 'rebooting' | 'soft power off' | 'soft rebooting';

/** What a power target means. */
export interface PowerTargetFacts {
  /** First API minor version that accepts it. */
  readonly minVersion: number;
  /** target_power_state while the action runs, and power_state when it has succeeded. */
  readonly finalState: SettledPowerState;
  /** Asks the operating system instead of cutting the power. */
  readonly soft: boolean;
  /** The machine goes off and comes back on. */
  readonly reboot: boolean;
  /** Seconds until the action fails when the request names none. */
  readonly defaultTimeoutSeconds: number;
}

/** Power targets (Ironic conductor/manager.py change_node_power_state; time-outs of `[conductor]`). */
export const powerTargets = {
  'power on': { minVersion: 1, finalState: 'power on', soft: false, reboot: false, defaultTimeoutSeconds: 60 },
  'power off': { minVersion: 1, finalState: 'power off', soft: false, reboot: false, defaultTimeoutSeconds: 60 },
  rebooting: { minVersion: 1, finalState: 'power on', soft: false, reboot: true, defaultTimeoutSeconds: 60 },
  'soft power off': { minVersion: 27, finalState: 'power off', soft: true, reboot: false, defaultTimeoutSeconds: 600 },
  'soft rebooting': { minVersion: 27, finalState: 'power on', soft: true, reboot: true, defaultTimeoutSeconds: 600 },
} as const satisfies Record<PowerTarget, PowerTargetFacts>;

/** Is `value` a target of PUT states/power? */
export function isPowerTarget(value: string): value is PowerTarget {
  return Object.hasOwn(powerTargets, value);
}

/** The facts of one power target. */
export function factsOfPowerTarget(target: PowerTarget): PowerTargetFacts {
  return powerTargets[target];
}

/** Why a power request must be refused, in Ironic's words. */
export interface PowerRefusal {
  readonly status: 400 | 409;
  readonly code: 'InvalidStateRequested' | 'PowerStateFailure';
  readonly text: string;
}

/**
 * The refusal of a power request, or undefined when the node may be switched: not while it is cleaned, and not off
 * when disable_power_off is set. Version, `timeout`, unknown targets and the lock are asked elsewhere.
 * @param node `ident` is the node as the client named it; Ironic repeats it in the text.
 */
export function powerRequestRefused(
  state: ProvisionState,
  target: PowerTarget,
  { disablePowerOff, ident }: { disablePowerOff: boolean; ident: string },
): PowerRefusal | undefined {
  if (state === 'clean wait' || state === 'cleaning') {
    return {
      status: 400,
      code: 'InvalidStateRequested',
      text: `The requested action "${target}" can not be performed on node "${ident}" while it is in state "${state}".`,
    };
  }
  if (disablePowerOff && powerTargets[target].finalState === 'power off') {
    return { status: 409, code: 'PowerStateFailure', text: `Failed to set node power state to ${target}.` };
  }
  return undefined;
}
