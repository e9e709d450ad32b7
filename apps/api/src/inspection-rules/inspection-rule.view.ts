import type { InspectionRule } from '#database/generated/client.js';
import { openedRuleParts } from '#database/inspection-rules.js';
import type { SecretBox } from '#database/secrets.js';
import { loopItems, type RuleAction, type RuleCondition } from '#domain/inspection-rules.js';
import { linksTo } from '../resource/links.js';
import { isoTime } from '../resource/time.js';
import { viewOf, type ViewContext } from '../resource/view.js';
import { ruleResource } from './inspection-rule.schema.js';

/** What the view of a rule depends on besides its row. */
export interface RuleContext extends ViewContext {
  readonly secrets: SecretBox;
}

/** A rule as an answer shows it; with `fields` only those and its links. A sensitive one shows neither part. */
export const ruleView = viewOf<typeof ruleResource.schema.shape, InspectionRule, RuleContext>(ruleResource, {
  uuid: (rule) => rule.uuid,
  created_at: (rule) => isoTime(rule.createdAt),
  updated_at: (rule) => isoTime(rule.updatedAt),
  description: (rule) => rule.description,
  priority: (rule) => rule.priority,
  sensitive: (rule) => rule.sensitive,
  phase: (rule) => rule.phase,
  conditions: (rule, { secrets }) =>
    rule.sensitive ? null : openedRuleParts(rule, secrets).conditions.map(shownCondition),
  actions: (rule, { secrets }) => (rule.sensitive ? null : openedRuleParts(rule, secrets).actions.map(shownAction)),
  // As in Ironic, whose path of rules has another name.
  links: (rule, { base }) => linksTo(base, `inspection/${rule.uuid}`),
});

/** Of an action only what Ironic knows of; the rest is kept and not shown. */
function shownAction({ op, args, loop }: RuleAction) {
  return { op, args, ...(loopItems(loop) ? { loop } : {}) };
}

function shownCondition({ multiple = 'any', ...condition }: RuleCondition) {
  return { ...shownAction(condition), ...(loopItems(condition.loop) ? { multiple } : {}) };
}
