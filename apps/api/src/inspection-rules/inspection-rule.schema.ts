import { z } from 'zod';
import { conditionOperators, ruleActions, ruleMultiples } from '#domain/inspection-rules.js';
import { booleanOrNull, count, listOf, objectOrList, objectWith, oneOf } from '../resource/json-schema-types.js';
import { optionalText, optionalUuid } from '../resource/json-types.js';
import { linkList } from '../resource/links.js';
import { both, field, Resource } from '../resource/resource.js';
import { timestamp } from '../resource/time.js';

const [firstAction = '', ...otherActions] = Object.keys(ruleActions);
const [firstOperator = '', ...otherOperators] = Object.keys(conditionOperators);
const inverted = Object.keys(conditionOperators).map((name) => `!${name}`);

const action = objectWith({
  op: oneOf([firstAction, ...otherActions]),
  args: objectOrList(),
  loop: objectOrList().optional(),
});
const condition = objectWith({
  op: oneOf([firstOperator, ...otherOperators, ...inverted]),
  args: objectOrList(),
  multiple: oneOf(ruleMultiples).optional(),
  loop: objectOrList().optional(),
});

/** An inspection rule, in the order of Ironic's answers. */
export const ruleResource = new Resource('inspection_rule', {
  uuid: field(optionalUuid(), { create: true, short: true }),
  created_at: field(timestamp()),
  updated_at: field(timestamp()),
  description: field(optionalText(255), { ...both, short: true }),
  priority: field(count().optional(), { ...both, short: true }),
  sensitive: field(booleanOrNull(), both),
  phase: field(optionalText(16), { ...both, short: true }),
  conditions: field(listOf(condition).optional(), { ...both, shown: listOf(condition).nullable() }),
  actions: field(listOf(action, 1), { ...both, shown: listOf(action, 1).nullable() }),
  links: field(linkList(), { always: true }),
});

const { shape } = ruleResource.schema;

const settable = {
  actions: shape.actions,
  conditions: shape.conditions,
  description: shape.description,
  phase: shape.phase,
  priority: shape.priority,
  sensitive: shape.sensitive,
};

/** The body of POST /v1/inspection_rules. */
export const newRule = z.strictObject({ ...settable, uuid: shape.uuid });

/** What a patch may have made of a rule. */
export const patchedRule = z.object(settable);

/** The changeable part of a rule. */
export type RuleDocument = z.output<typeof patchedRule>;
