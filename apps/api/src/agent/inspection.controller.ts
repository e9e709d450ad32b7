import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { z } from 'zod';
import { Policy } from '../auth/policy.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described } from '../openapi/described.js';
import { lookupAnswer } from './agent.schema.js';
import { inspectionArguments, inspectionData } from './inspection.schema.js';
import { InspectionService } from './inspection.service.js';

/** What an inspecting ramdisk calls; without authentication. */
@Controller('v1/continue_inspection')
export class InspectionController {
  readonly #inspections: InspectionService;

  constructor(@Inject(InspectionService) inspections: InspectionService) {
    this.#inspections = inspections;
  }

  @Post()
  @Policy('public')
  @HttpCode(202)
  @Described({
    summary: 'Take what an inspecting ramdisk found',
    description: 'Answered when the data are stored; their processing goes on.',
    since: 'resource.continueInspection',
    query: inspectionArguments,
    body: inspectionData,
    status: 202,
    answer: { schema: (minor) => (minor === 1 ? z.object({ uuid: z.uuid() }) : lookupAnswer) },
  })
  take(@ThisCall() call: Call) {
    return this.#inspections.take(call);
  }
}
