import { z } from 'zod';
import type { Prisma } from '#database/generated/client.js';
import type { Json, SecretBox } from '#database/secrets.js';
import { maskSecrets } from '#domain/secrets.js';
import { stepId, userStepInterfaces, type UserStep } from '#domain/steps.js';
import { invalid } from '../errors/api-error.js';
import { anyObject, countOrDigits, filledString, listOf, objectOf, objectPartOf, oneOf } from './json-schema-types.js';
import type { JsonObject } from './json-types.js';

/** The interfaces that a step may name, in the order of Ironic's text. */
const [firstInterface = '', ...otherInterfaces] = userStepInterfaces;

const what = { interface: oneOf([firstInterface, ...otherInterfaces]), step: filledString() };

const templateStep = { ...what, args: anyObject(), priority: countOrDigits() };
const runbookStep = { ...what, order: countOrDigits(), args: anyObject().optional() };

/** Steps of a deploy template (Ironic api/controllers/v1/utils.py DEPLOY_STEP_SCHEMA). */
export function templateSteps() {
  return listOf(objectOf(templateStep), 1);
}

/** The same after a patch, which may have added properties: they are dropped (patched_validate_with_schema). */
export function patchedTemplateSteps() {
  return listOf(objectPartOf(templateStep), 1);
}

/** Steps of a runbook (RUNBOOK_STEP_SCHEMA). */
export function runbookSteps() {
  return listOf(objectOf(runbookStep), 1);
}

/** The same after a patch. */
export function patchedRunbookSteps() {
  return listOf(objectPartOf(runbookStep), 1);
}

/** A step as a client gives it: a template's has a priority, a runbook's an order. */
export interface GivenStep {
  readonly interface: string;
  readonly step: string;
  readonly args?: JsonObject | undefined;
  readonly priority?: number | string | undefined;
  readonly order?: number | string | undefined;
}

/** @throws ApiError 400 when two steps have the same interface and name; the text is the same for runbooks */
export function refuseDuplicateSteps(steps: readonly GivenStep[]): void {
  const ids = steps.map(stepId);
  const duplicates = steps.filter((step, index) => ids.indexOf(stepId(step)) < index);
  if (duplicates.length === 0) return;
  const names = new Set(duplicates.map((step) => `interface: ${step.interface}, step: ${step.step}`));
  throw invalid(
    'Deploy template invalid: Duplicate deploy steps. A template cannot have multiple deploy steps with the same ' +
      `interface and step. Duplicates: ${[...names].join('; ')}.`,
  );
}

const storedStep = z.object({
  interface: z.string(),
  step: z.string(),
  args: z.custom<JsonObject>(),
  priority: z.number().optional(),
  order: z.number().optional(),
});

/** A step as it is kept: numbers are numbers, arguments are there. */
export type StoredStep = z.output<typeof storedStep>;

/** The column for the steps: secrets among their arguments are sealed. */
export function sealedSteps(steps: readonly GivenStep[], secrets: SecretBox) {
  const kept = steps.map(({ interface: name, step, args = {}, priority, order }) => ({
    interface: name,
    step,
    args,
    ...(priority === undefined ? {} : { priority: Number(priority) }),
    ...(order === undefined ? {} : { order: Number(order) }),
  }));
  return secrets.sealSecrets(kept);
}

/** The steps of a row in the order in which they were given, their secrets opened. */
export function openedSteps(column: Prisma.JsonValue, secrets: SecretBox): StoredStep[] {
  // A JSON column holds JSON; Prisma's type of it only names the same things otherwise.
  return z.array(storedStep).parse(secrets.openSecrets(column as Json));
}

/** The same for those who run them. */
export function userSteps(steps: readonly StoredStep[]): UserStep[] {
  return steps.map(({ interface: name, step, args, priority }) => ({
    interface: name,
    step,
    args,
    ...(priority === undefined ? {} : { priority }),
  }));
}

/** Steps as an answer shows them: secrets among their arguments are masked. */
export function maskedSteps(steps: readonly GivenStep[]): unknown[] {
  return steps.map((step) => ({ ...step, args: maskSecrets(step.args ?? {}) }));
}
