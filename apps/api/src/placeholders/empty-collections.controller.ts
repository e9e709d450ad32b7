import { Controller, Get } from '@nestjs/common';
import { Policy } from '../auth/policy.js';
import { notFound } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';

/**
 * Resources that cannot be created yet: their lists are empty, which is the truth, and clients that look into them
 * before they work with nodes go on. Everything else about them is a 404 or 405.
 */
@Controller('v1')
export class EmptyCollectionsController {
  @Get('inspection_rules')
  @Policy('baremetal:inspection_rule:get')
  inspectionRules(@ThisCall() call: Call) {
    if (!call.allows('resource.inspectionRules')) throw notFound('The API version does not allow inspection rules');
    return { inspection_rules: [] };
  }
}
