import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { z } from 'zod';
import { Policy } from '../auth/policy.js';
import { ApiError, invalid } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described, Undescribed } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { asUuid } from '../resource/names.js';
import { oneArguments, oneFields } from '../resource/one.js';
import { parseArguments } from '../resource/schema-error.js';
import { shown } from '../resource/shown.js';
import { newRule, ruleResource } from './inspection-rule.schema.js';
import { InspectionRuleService, ruleListArguments } from './inspection-rule.service.js';

const pathArguments = z.object({ inspection_rule_uuid: argument.uuid() });
const since = 'resource.inspectionRules';

/** `/v1/inspection_rules`, from 1.96 on. */
@Controller('v1/inspection_rules')
export class InspectionRulesController {
  readonly #rules: InspectionRuleService;

  constructor(@Inject(InspectionRuleService) rules: InspectionRuleService) {
    this.#rules = rules;
  }

  @Get()
  @Policy('baremetal:inspection_rule:get')
  @Described({
    summary: 'List the inspection rules',
    since,
    query: ruleListArguments,
    answer: { list: ruleResource, key: 'inspection_rules' },
  })
  list(@ThisCall() call: Call) {
    refuseOlder(call, 404);
    return this.#rules.list(call, call.query);
  }

  @Post()
  @HttpCode(201)
  @Policy('baremetal:inspection_rule:create')
  @Described({ summary: 'Create an inspection rule', since, body: newRule, status: 201, answer: { one: ruleResource } })
  create(@ThisCall() call: Call) {
    refuseOlder(call, 405);
    return this.#rules.create(call);
  }

  @Patch()
  @Policy('baremetal:inspection_rule:update')
  @Undescribed('Only refuses: the path names no object.')
  patchNameless(@ThisCall() call: Call): never {
    refuseOlder(call, 405);
    throw invalid('Missing mandatory parameter: inspection_rule_uuid');
  }

  @Delete()
  @Policy('baremetal:inspection_rule:delete')
  @Undescribed('Only refuses: the path names no object.')
  deleteNameless(@ThisCall() call: Call): never {
    refuseOlder(call, 405);
    throw invalid('Missing mandatory parameter: inspection_rule_uuid');
  }

  @Get(':uuid')
  @Policy('baremetal:inspection_rule:get')
  @Described({ summary: 'Show an inspection rule', since, query: oneArguments, answer: { one: ruleResource } })
  one(@Param('uuid') ident: string, @ThisCall() call: Call) {
    return showRule(this.#rules, ident, call);
  }

  @Patch(':uuid')
  @Policy('baremetal:inspection_rule:update')
  @Described({ summary: 'Change an inspection rule', since, jsonPatch: true, answer: { one: ruleResource } })
  patch(@Param('uuid') ident: string, @ThisCall() call: Call) {
    refuseOlder(call, 405);
    const { inspection_rule_uuid: uuid } = parseArguments(pathArguments, { inspection_rule_uuid: ident });
    return this.#rules.patch(uuid ?? '', call);
  }

  @Delete(':uuid')
  @HttpCode(204)
  @Policy('baremetal:inspection_rule:delete')
  @Described({ summary: 'Delete an inspection rule', since, status: 204, answer: null })
  async delete(@Param('uuid') ident: string, @ThisCall() call: Call) {
    refuseOlder(call, 405);
    await this.#rules.delete(uuidOf(ident));
  }
}

/** GET of one rule. @throws ApiError 400 for what is no UUID, 404 when there is none */
export async function showRule(rules: InspectionRuleService, ident: string, call: Call) {
  refuseOlder(call, 404);
  const { fields } = parseArguments(oneArguments, call.query);
  const rule = await rules.row(uuidOf(ident));
  return rules.view(rule, call, oneFields(call, ruleResource, fields));
}

function uuidOf(ident: string): string {
  const uuid = asUuid(ident);
  if (uuid === undefined) throw invalid(`Schema error: ${shown(ident)} is not a 'uuid'`);
  return uuid;
}

/** @throws ApiError of the status given, 404 for reading and 405 for changes, before 1.96 */
export function refuseOlder(call: Call, status: 404 | 405): void {
  if (!call.allows(since)) throw new ApiError(status, 'The API version does not allow inspection rules');
}
