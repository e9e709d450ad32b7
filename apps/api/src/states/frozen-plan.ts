import type { Prisma } from '#database/generated/client.js';
import type { SecretBox } from '#database/secrets.js';
import type { VerbTransition } from '#domain/decide-verb.js';
import { isFilled } from '#domain/verb-body.js';
import type { UserStep } from '#domain/steps.js';
import type { UsableTemplate } from '../deploy-templates/deploy-template-finder.js';

/**
 * What an operation keeps of its request: the contents of runbook and templates as they are now, whatever becomes of
 * them while it runs. Secrets in arguments are sealed; passwords and config drives are not in it at all.
 */
export function frozenPlan(
  { steps, disableRamdisk }: VerbTransition,
  templates: readonly UsableTemplate[],
  configDrive: unknown,
  secrets: SecretBox,
): Prisma.InputJsonObject {
  const seal = (list: readonly UserStep[]): Prisma.InputJsonArray => {
    // A copy that is plain JSON: arguments of steps are whatever JSON the client sent.
    return secrets.sealSecrets(JSON.parse(JSON.stringify(list)));
  };
  return {
    userSteps: seal(steps),
    ...(templates.length === 0 ? {} : { templateSteps: seal(templates.flatMap((template) => template.steps)) }),
    disableRamdisk,
    configDrive: isFilled(configDrive),
  };
}
