import { Controller, Get, Inject, Param } from '@nestjs/common';
import { Policy } from '../auth/policy.js';
import { ThisCall, type Call } from '../http/call.js';
import { Undescribed } from '../openapi/described.js';
import { InspectionRuleService } from './inspection-rule.service.js';
import { refuseOlder, showRule } from './inspection-rules.controller.js';

/** `/v1/inspection`: where the links of rules and of their lists lead; in Ironic these lead nowhere. */
@Controller('v1/inspection')
export class InspectionLinksController {
  readonly #rules: InspectionRuleService;

  constructor(@Inject(InspectionRuleService) rules: InspectionRuleService) {
    this.#rules = rules;
  }

  @Get()
  @Policy('baremetal:inspection_rule:get')
  @Undescribed('The same as the list of inspection rules.')
  list(@ThisCall() call: Call) {
    refuseOlder(call, 404);
    // The `next` links have this parameter, which says nothing.
    const { filters: _, ...query } = call.query;
    return this.#rules.list(call, query);
  }

  @Get(':uuid')
  @Policy('baremetal:inspection_rule:get')
  @Undescribed('The same as the inspection rule.')
  one(@Param('uuid') ident: string, @ThisCall() call: Call) {
    return showRule(this.#rules, ident, call);
  }
}
