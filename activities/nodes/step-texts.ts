import type { JsonObject } from '../json.js';
import type { OperationStep, Prisma } from '#database/generated/client.js';

/** `interface.step` of a planned step. */
export function stepName(step: Pick<OperationStep, 'interface' | 'step'>): string {
  return `${step.interface}.${step.step}`;
}

/** A step as deploy_step and clean_step show it (Ironic conductor/steps.py). */
export function shownStep(step: OperationStep): Prisma.InputJsonObject {
  return {
    interface: step.interface,
    step: step.step,
    priority: step.priority,
    abortable: step.abortable,
    args: step.args ?? {},
  };
}

/** A plan as Ironic writes it into history: a Python list, arguments left out since they may hold secrets. */
export function planText(steps: readonly OperationStep[]): string {
  const entries = steps.map(
    (step) =>
      `{'step': '${step.step}', 'priority': ${step.priority}, 'abortable': ${step.abortable ? 'True' : 'False'}, ` +
      `'interface': '${step.interface}'}`,
  );
  return `[${entries.join(', ')}]`;
}

/** A step in the plan that driver_internal_info shows; arguments left out since they may hold secrets. */
export function listedStep(step: OperationStep): JsonObject {
  return { interface: step.interface, step: step.step, priority: step.priority, abortable: step.abortable };
}
