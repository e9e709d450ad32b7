import { driverCleanSteps, driverDeploySteps } from '#domain/driver-steps.js';
import { shown } from '#domain/python-text.js';
import { maskObject } from '#domain/secrets.js';
import { stepId } from '#domain/steps.js';
import type { Node, OperationStep, Prisma } from '#database/generated/client.js';
import { jsonObject, type JsonObject } from '../json.js';
import { steppingInterfaces } from '../user-steps.js';
import type { SteppedKind } from './operation-kinds.js';

/**
 * A step as deploy_step, clean_step and service_step show it (Ironic conductor/steps.py): the client's as it was given,
 * an interface's own as it is offered. Secrets in arguments are masked.
 */
export function shownStep(step: OperationStep, kind: SteppedKind, node: Node): Prisma.InputJsonObject {
  const { interface: name, step: called, priority, abortable } = step;
  const args = JSON.parse(JSON.stringify(maskObject(jsonObject(step.args)))) as Prisma.InputJsonObject;
  const given = Object.keys(args).length > 0 ? { args } : {};
  if (kind.named || 'args' in given) return { interface: name, step: called, ...given, priority, abortable };
  const interfaces = steppingInterfaces(node);
  const offers = kind.flow === 'deploy' ? driverDeploySteps(interfaces) : driverCleanSteps(interfaces);
  const argsinfo = offers.find((offer) => stepId(offer) === stepId(step))?.argsinfo ?? null;
  const shown = {
    interface: name,
    step: called,
    priority,
    abortable,
    argsinfo: argsinfo as Prisma.InputJsonObject | null,
  };
  return kind.flow === 'clean' ? { ...shown, requires_ramdisk: true } : shown;
}

/** A plan as Ironic writes it into history: a Python list, arguments left out since they may hold secrets. */
export function planText(steps: readonly OperationStep[]): string {
  return shown(
    steps.map((step) => ({
      step: step.step,
      priority: step.priority,
      abortable: step.abortable,
      interface: step.interface,
    })),
  );
}

/** A step in the plan that driver_internal_info shows; arguments left out since they may hold secrets. */
export function listedStep(step: OperationStep): JsonObject {
  return { interface: step.interface, step: step.step, priority: step.priority, abortable: step.abortable };
}
