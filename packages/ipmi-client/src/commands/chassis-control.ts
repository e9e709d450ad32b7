import { NET_FN, nothing, type Command } from './command.js';

/** Chassis Control's actions (IPMI 2.0 §28.3). */
export const CHASSIS_ACTIONS = { off: 0, on: 1, cycle: 2, reset: 3, nmi: 4, soft: 5 } as const;

/**
 * `off` hard power off, `on`, `cycle` off and on again, `reset` hard reset, `nmi` diagnostic interrupt, `soft` asks
 * the operating system to shut down (ACPI) and promises nothing.
 */
export type ChassisAction = keyof typeof CHASSIS_ACTIONS;

/** Off and on name a state and may be repeated; the others act each time they arrive. */
const REPEATABLE: ReadonlySet<ChassisAction> = new Set(['off', 'on']);

/** Changes power. Power has not changed yet when the BMC answers: read the status until it has. */
export function chassisControl(action: ChassisAction): Command<void> {
  return {
    name: 'Chassis Control',
    netFn: NET_FN.chassis,
    code: 0x02,
    data: Buffer.from([CHASSIS_ACTIONS[action]]),
    repeatable: REPEATABLE.has(action),
    decode: nothing,
  };
}
