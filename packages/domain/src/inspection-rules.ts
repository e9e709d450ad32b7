import type { RuleJson } from './rule-json.js';

/** Arguments of an operator: by name, or, which Ironic deprecates, in its order. */
export type RuleArguments = { readonly [name: string]: RuleJson } | readonly RuleJson[];

/** What a rule does when its conditions hold. */
export interface RuleAction {
  readonly op: string;
  readonly args: RuleArguments;
  /** Done once for each item, which arguments name as `{item}`. */
  readonly loop?: RuleArguments | undefined;
}

/** What must hold for a rule to apply. */
export interface RuleCondition {
  /** With `!` before it the condition is inverted. */
  readonly op: string;
  readonly args: RuleArguments;
  readonly loop?: RuleArguments | undefined;
  /** Which of the items of a loop must hold. */
  readonly multiple?: RuleMultiple | undefined;
}

/** Values of `multiple`. */
export const ruleMultiples = ['any', 'all', 'first', 'last'] as const;
/** See {@link ruleMultiples}. */
export type RuleMultiple = (typeof ruleMultiples)[number];

/** The phases in which rules run. */
export const rulePhases = ['main'] as const;
/** The highest priority of a rule of a user; built-in ones may lie outside. */
export const maxRulePriority = 9999;

interface ArgumentNames {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

const needs = (required: readonly string[], optional: readonly string[] = []): ArgumentNames => ({
  required,
  optional,
});
// Of these the data that plugins found are an argument too, which the inspection itself gives.
const needsPluginData = (required: readonly string[], optional: readonly string[] = []) =>
  needs(required, [...optional, 'plugin_data']);

/** The operators of conditions and their arguments (Ironic common/inspection_rules/operators.py). */
export const conditionOperators = {
  eq: needs(['values'], ['force_strings']),
  lt: needs(['values'], ['force_strings']),
  gt: needs(['values'], ['force_strings']),
  'is-empty': needs(['value']),
  'in-net': needs(['address', 'subnet']),
  matches: needs(['value', 'regex']),
  contains: needs(['value', 'regex']),
  'one-of': needs(['value'], ['values']),
  'is-none': needs(['value']),
  'is-true': needs(['value']),
  'is-false': needs(['value']),
} as const satisfies Readonly<Record<string, ArgumentNames>>;

/** The actions and their arguments (Ironic common/inspection_rules/actions.py). */
export const ruleActions = {
  fail: needs(['msg']),
  log: needs(['msg'], ['level']),
  'set-attribute': needs(['path', 'value']),
  'extend-attribute': needs(['path', 'value'], ['unique']),
  'del-attribute': needs(['path']),
  'set-capability': needs(['name', 'value']),
  'unset-capability': needs(['name']),
  'add-trait': needs(['name']),
  'remove-trait': needs(['name']),
  'set-plugin-data': needsPluginData(['path', 'value']),
  'extend-plugin-data': needsPluginData(['path', 'value'], ['unique']),
  'unset-plugin-data': needsPluginData(['path']),
  'set-port-attribute': needs(['port_id', 'path', 'value']),
  'extend-port-attribute': needs(['port_id', 'path', 'value'], ['unique']),
  'del-port-attribute': needs(['port_id', 'path']),
  'api-call': needs(['url'], ['headers', 'proxies', 'timeout', 'retries', 'backoff_factor']),
} as const satisfies Readonly<Record<string, ArgumentNames>>;

/** Name of an operator of conditions. */
export type ConditionOperator = keyof typeof conditionOperators;
/** Name of an action. */
export type RuleActionName = keyof typeof ruleActions;

/** An operator without its `!`; undefined when there is no such one. */
export function conditionOperator(
  op: string,
): { readonly name: ConditionOperator; readonly inverted: boolean } | undefined {
  const inverted = op.startsWith('!');
  const name = inverted ? op.slice(1) : op;
  return isConditionOperator(name) ? { name, inverted } : undefined;
}

/** What a rule of a user is checked for. */
export interface CheckedRule {
  readonly phase: string | null;
  readonly priority: number;
  readonly conditions: readonly RuleCondition[];
  readonly actions: readonly RuleAction[];
}

/** What is wrong with a rule besides its form, in Ironic's words (common/inspection_rules/validation.py); usually nothing. */
export function ruleErrors({ phase, priority, conditions, actions }: CheckedRule): readonly string[] {
  const errors: string[] = [];
  if (!rulePhases.some((known) => known === phase)) {
    errors.push(`Invalid phase: ${phase ?? 'None'}. Valid phases are: ${rulePhases.join(', ')}`);
  }
  if (priority < 0) errors.push('Priority cannot be negative for user-defined rules.');
  if (priority > maxRulePriority) {
    errors.push(`Priority must be between 0 and ${maxRulePriority} for user-defined rules.`);
  }
  for (const { op, args } of conditions) {
    const operator = conditionOperator(op);
    if (!operator) errors.push(`Unsupported condition operator: ${op}`);
    else errors.push(...argumentErrors(`condition operator ${op}`, conditionOperators[operator.name], args));
  }
  for (const { op, args } of actions) {
    if (!isRuleAction(op)) errors.push(`Unsupported action operator: ${op}`);
    else errors.push(...argumentErrors(`action operator ${op}`, ruleActions[op], args));
  }
  return errors;
}

/** The arguments of an operator by name, also of those given in order; names that are absent stay absent. */
export function namedArguments(
  { required, optional }: ArgumentNames,
  args: RuleArguments,
): Readonly<Record<string, RuleJson>> {
  if (!isList(args)) return args;
  const names = [...required, ...optional];
  const entries = args.slice(0, names.length).map((value, index): [string, RuleJson] => [names[index] ?? '', value]);
  return Object.fromEntries(entries);
}

/** The items of a loop: an object is one item; undefined for an empty loop, which counts as none. */
export function loopItems(loop: RuleArguments | undefined): readonly RuleJson[] | undefined {
  if (loop === undefined || Object.keys(loop).length === 0) return undefined;
  return isList(loop) ? loop : [loop];
}

function argumentErrors(of: string, names: ArgumentNames, args: RuleArguments): readonly string[] {
  const given = Object.keys(namedArguments(names, args));
  const missing = names.required.filter((name) => !given.includes(name));
  const unexpected = given.filter((name) => !names.required.includes(name) && !names.optional.includes(name));
  const errors = [
    ...(missing.length > 0 ? [`missing required argument(s): ${missing.join(', ')}`] : []),
    ...(unexpected.length > 0 ? [`unexpected argument(s): ${unexpected.join(', ')}`] : []),
  ];
  return errors.length > 0 ? [`Invalid parameters for ${of}: ${errors.join('; ')}`] : [];
}

function isList(args: RuleArguments): args is readonly RuleJson[] {
  return Array.isArray(args);
}

function isConditionOperator(name: string): name is ConditionOperator {
  return Object.hasOwn(conditionOperators, name);
}

/** Is it the name of an action? */
export function isRuleAction(name: string): name is RuleActionName {
  return Object.hasOwn(ruleActions, name);
}
