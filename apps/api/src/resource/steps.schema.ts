import { stepId, userStepInterfaces } from '#domain/steps.js';
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
