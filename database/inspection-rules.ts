import type { RuleAction, RuleCondition } from '#domain/inspection-rules.js';
import type { InspectionRule } from './generated/client.js';
import type { Json, SecretBox } from './secrets.js';

/** What a rule asks and does. */
export interface RuleParts {
  readonly actions: readonly RuleAction[];
  readonly conditions: readonly RuleCondition[];
}

/** The columns of a rule's parts: of a sensitive one sealed as a whole, else only values under secret keys. */
export function sealedRuleParts(
  { actions, conditions }: { readonly actions: readonly Json[]; readonly conditions: readonly Json[] },
  { sensitive, secrets }: { readonly sensitive: boolean; readonly secrets: SecretBox },
) {
  const seal = (part: readonly Json[]) => (sensitive ? secrets.seal(JSON.stringify(part)) : secrets.sealSecrets(part));
  return { actions: seal(actions), conditions: seal(conditions) };
}

/** The parts of a rule that was kept, in the clear. */
export function openedRuleParts(rule: Pick<InspectionRule, 'actions' | 'conditions'>, secrets: SecretBox): RuleParts {
  return { actions: openedPart<RuleAction>(rule.actions), conditions: openedPart<RuleCondition>(rule.conditions) };

  // The columns hold what was checked before it was sealed.
  function openedPart<Item>(column: unknown): readonly Item[] {
    const opened: unknown =
      typeof column === 'string' ? JSON.parse(secrets.open(column)) : secrets.openSecrets(column as Json);
    return opened as readonly Item[];
  }
}
