import { z } from 'zod';
import { GENERIC_STEPS, type StepDeclaration, type StepKind } from './steps.js';
import { pause } from '../pause.js';

/** A step added through the control API. */
export const addedStepSchema = z.strictObject({
  interface: z.string().min(1),
  step: z.string().min(1),
  priority: z.int().min(0),
  kind: z.enum(['clean', 'deploy', 'service']),
  /** How long it takes, in milliseconds before the time scale; default like any step. */
  durationMs: z.number().min(0).optional(),
  abortable: z.boolean().optional(),
  /** The machine is to be rebooted afterwards, as of the step's declaration. */
  rebootRequested: z.boolean().optional(),
  argsinfo: z.record(z.string(), z.unknown()).optional(),
  /** What the step returns. */
  result: z.unknown().optional(),
});

/** A step added through the control API; see {@link addedStepSchema}. */
export type AddedStep = z.input<typeof addedStepSchema>;

/** A step as `get_*_steps` lists it. */
export type ListedStep = Readonly<Record<string, unknown>>;

/** Added steps come from a hardware manager of their own, as an operator's would. */
const ADDED_MANAGER = { className: 'FleetHardwareManager', name: 'fleet_hardware_manager', version: '1' };
const GENERIC_MANAGER = { className: 'GenericHardwareManager', name: 'generic_hardware_manager', version: '1.2' };

/** The steps of one machine's agent: the generic manager's, and those added to this machine. */
export class StepTable {
  readonly #added = new Map<string, StepDeclaration & { readonly kind: StepKind }>();

  /** Adds a step, or replaces the added one of the same kind and name. It wins over a generic step of its name. */
  add(step: AddedStep): void {
    const { kind, priority, durationMs, abortable = true, rebootRequested = false, argsinfo, result } = step;
    this.#added.set(`${kind}.${step.step}`, {
      kind,
      step: step.step,
      interface: step.interface,
      priority: { [kind]: priority },
      abortable,
      rebootRequested,
      ...(argsinfo ? { argsinfo } : {}),
      async run({ process }) {
        if (durationMs !== undefined) await pause(durationMs * process.host.timings.stepScale, process.signal);
        return result ?? null;
      },
      ownDuration: durationMs !== undefined,
    });
  }

  /** Removes all added steps. */
  reset(): void {
    this.#added.clear();
  }

  /** The added steps as they are listed, with their kind. */
  get added(): readonly ListedStep[] {
    return [...this.#added.values()].map((step) => ({ kind: step.kind, ...listed(step, step.kind) }));
  }

  /** Steps by hardware manager, as `get_*_steps` answers. */
  list(kind: StepKind): Readonly<Record<string, readonly ListedStep[]>> {
    const added = this.#addedOf(kind);
    const names = new Set(added.map(({ step }) => step));
    const generic = GENERIC_STEPS.filter(({ step, priority }) => kind in priority && !names.has(step));
    return {
      [GENERIC_MANAGER.className]: generic.map((step) => listed(step, kind)),
      ...(added.length > 0 ? { [ADDED_MANAGER.className]: added.map((step) => listed(step, kind)) } : {}),
    };
  }

  /** `hardware_manager_version`. */
  versions(): Readonly<Record<string, string>> {
    return {
      [GENERIC_MANAGER.name]: GENERIC_MANAGER.version,
      ...(this.#added.size > 0 ? { [ADDED_MANAGER.name]: ADDED_MANAGER.version } : {}),
    };
  }

  /** The step that runs under this name. Any step can be executed in any flow, as with the real dispatch by method name. */
  find(kind: StepKind, name: string): StepDeclaration | undefined {
    return (
      this.#added.get(`${kind}.${name}`) ??
      GENERIC_STEPS.find(({ step }) => step === name) ??
      [...this.#added.values()].find(({ step }) => step === name)
    );
  }

  #addedOf(kind: StepKind): StepDeclaration[] {
    return [...this.#added.values()].filter((step) => step.kind === kind);
  }
}

function listed(declaration: StepDeclaration, kind: StepKind): ListedStep {
  const { step, priority, argsinfo, abortable, rebootRequested = false } = declaration;
  return {
    step,
    priority: priority[kind] ?? 0,
    interface: declaration.interface,
    reboot_requested: rebootRequested,
    ...(abortable && kind !== 'deploy' ? { abortable: true } : {}),
    ...(argsinfo ? { argsinfo } : {}),
  };
}
