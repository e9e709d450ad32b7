import { z } from 'zod';
import type { Prisma } from '#database/generated/client.js';
import type { Json, SecretBox } from '#database/secrets.js';
import { maskSecrets } from '#domain/secrets.js';
import type { UserStep } from '#domain/steps.js';
import type { JsonObject } from './json-types.js';
import type { GivenStep } from './steps.schema.js';

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
