import type { DeployTemplate } from '#database/generated/client.js';
import type { SecretBox } from '#database/secrets.js';
import { linksTo } from '../resource/links.js';
import type { GivenStep } from '../resource/steps.schema.js';
import { maskedSteps, openedSteps } from '../resource/stored-steps.js';
import { isoTime } from '../resource/time.js';
import { viewOf, type ViewContext } from '../resource/view.js';
import { templateResource } from './deploy-template.schema.js';

/** What the view of a template depends on besides its row. */
export interface TemplateContext extends ViewContext {
  readonly secrets: SecretBox;
  /** Steps to show as they were sent: the answer of POST repeats a priority that came as a string. */
  readonly steps?: readonly GivenStep[];
}

/** A template as an answer shows it; with `fields` only those and its links. */
export const templateView = viewOf<typeof templateResource.schema.shape, DeployTemplate, TemplateContext>(
  templateResource,
  {
    uuid: (template) => template.uuid,
    created_at: (template) => isoTime(template.createdAt),
    updated_at: (template) => isoTime(template.updatedAt),
    name: (template) => template.name,
    extra: (template) => template.extra,
    links: (template, { base }) => linksTo(base, `deploy_templates/${template.uuid}`),
    steps: (template, { secrets, steps }) => maskedSteps(steps ?? openedSteps(template.steps, secrets)),
    description: () => undefined,
  },
);
