import {
  conditionOperator,
  conditionOperators,
  loopItems,
  namedArguments,
  type ConditionOperator,
  type RuleCondition,
} from './inspection-rules.js';
import { isInNetwork } from './ip-networks.js';
import { plainly, shown } from './python-text.js';
import { isSameJson, type RuleJson } from './rule-json.js';
import { filledIn, type RuleNames } from './rule-texts.js';

/** A condition cannot be asked of this data. The text goes into `last_error`; it may show what the data hold. */
export class RuleConditionError extends Error {
  override readonly name = 'RuleConditionError';
}

/**
 * Do all conditions of a rule hold (Ironic common/inspection_rules/engine.py check_conditions)?
 * @param names what was found and the node, masked where the caller does not want secrets to be compared
 * @throws RuleConditionError
 */
export function conditionsHold(conditions: readonly RuleCondition[], names: RuleNames): boolean {
  return conditions.every((condition) => {
    const items = loopItems(condition.loop);
    if (!items) return holds(condition, names, false);
    // Asked one by one, so that nothing after the item that decides can fail.
    const asked = (item: RuleJson) => holds(condition, { ...names, item }, true);
    switch (condition.multiple ?? 'any') {
      case 'all':
        return items.every(asked);
      case 'last':
        return items.slice(-1).every(asked);
      case 'any':
      case 'first':
        return items.some(asked);
    }
  });
}

function holds({ op, args }: RuleCondition, names: RuleNames, looping: boolean): boolean {
  const operator = conditionOperator(op);
  if (!operator) throw new RuleConditionError(`Unsupported operator: ${shown(op)}.`);
  const given = namedArguments(conditionOperators[operator.name], args);
  // Regular expressions and lists of values are taken as they are, except in a loop.
  const literal = looping ? [] : ['regex', ...(operator.name === 'one-of' ? ['values'] : [])];
  const missing = operator.name === 'is-empty' ? 'null' : 'kept';
  const filled = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      literal.includes(name) ? value : filledIn(value, names, missing),
    ]),
  );
  // Filled in, numbers have become texts, so that in a loop texts are compared with texts.
  const answer = checks[operator.name](looping ? { ...filled, force_strings: true } : filled, operator.name);
  return answer !== operator.inverted;
}

type Filled = Readonly<Record<string, RuleJson>>;

const checks: Readonly<Record<ConditionOperator, (args: Filled, op: string) => boolean>> = {
  eq: (args, op) => inPairs(args, op, isSameJson),
  lt: (args, op) => inPairs(args, op, (a, b) => compared(a, b, op) < 0),
  gt: (args, op) => inPairs(args, op, (a, b) => compared(a, b, op) > 0),
  'is-empty': ({ value = null }) => ['', 'None', '[]', '{}'].includes(plainly(value)),
  'in-net': ({ address = null, subnet = null }) => {
    const answer = isInNetwork(plainly(address), plainly(subnet));
    if (answer !== undefined) return answer;
    throw new RuleConditionError(`${plainly(address)} in ${plainly(subnet)}: no address and network.`);
  },
  // Anchored as Ironic does it, so that of alternatives only the last is held to the end.
  matches: ({ value = null, regex = '' }) =>
    expression(`^(?:${plainly(regex).replace(/\$?$/, '$')})`, regex).test(plainly(value)),
  contains: ({ value = null, regex = '' }) => expression(plainly(regex), regex).test(plainly(value)),
  'one-of': ({ value = null, values = [] }) => isOneOf(value, values),
  'is-none': ({ value = null }) => value === null,
  'is-true': ({ value = null }) => truthOf(value) === true,
  'is-false': ({ value = null }) => value === null || truthOf(value) === false,
};

/** Does the check hold for each value and the next one? With fewer than two values it always does. */
function inPairs({ values, force_strings: force }: Filled, op: string, check: (a: RuleJson, b: RuleJson) => boolean) {
  if (!Array.isArray(values)) throw new RuleConditionError(`${op}: 'values' is no list but ${shown(values)}.`);
  const list = values.map((value: RuleJson) => (truthOf(force ?? null) === true ? plainly(value) : value));
  return list.slice(1).every((value, index) => check(list[index] ?? null, value));
}

function compared(a: RuleJson, b: RuleJson, op: string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  throw new RuleConditionError(`${op}: ${shown(a)} and ${shown(b)} cannot be compared; set force_strings.`);
}

function expression(source: string, given: RuleJson): RegExp {
  try {
    return new RegExp(source);
  } catch {
    throw new RuleConditionError(`invalid regular expression: ${shown(given)}`);
  }
}

/** As Python's `in`: an item of a list, a part of a text, a key of an object. */
function isOneOf(value: RuleJson, values: RuleJson): boolean {
  if (typeof values === 'string') return typeof value === 'string' && values.includes(value);
  if (Array.isArray(values)) return values.some((item) => isSameJson(item, value));
  return typeof value === 'string' && Object.hasOwn(Object(values), value);
}

/** Undefined for what is neither true nor false. */
function truthOf(value: RuleJson): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (typeof value !== 'string') return undefined;
  if (['yes', 'true'].includes(value.toLowerCase())) return true;
  return ['no', 'false'].includes(value.toLowerCase()) ? false : undefined;
}
