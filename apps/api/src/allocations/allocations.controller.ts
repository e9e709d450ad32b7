import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { z } from 'zod';
import { Policy } from '../auth/policy.js';
import { ApiError, invalid } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described, Undescribed } from '../openapi/described.js';
import { oneArguments } from '../resource/one.js';
import { parseArguments } from '../resource/schema-error.js';
import { AllocationChangeService } from './allocation-change.service.js';
import { AllocationCreateService } from './allocation-create.service.js';
import { AllocationFinder } from './allocation-finder.js';
import { allocationFilters, AllocationListService, refuseUnseenFields } from './allocation-list.service.js';
import { allocationResource, newAllocation } from './allocation.schema.js';
import { allocationView } from './allocation.view.js';

const noArguments = z.object({});
const since = 'resource.allocations';

/** `/v1/allocations`. */
@Controller('v1/allocations')
export class AllocationsController {
  readonly #lists: AllocationListService;
  readonly #finder: AllocationFinder;
  readonly #creation: AllocationCreateService;
  readonly #changes: AllocationChangeService;

  constructor(
    @Inject(AllocationListService) lists: AllocationListService,
    @Inject(AllocationFinder) finder: AllocationFinder,
    @Inject(AllocationCreateService) creation: AllocationCreateService,
    @Inject(AllocationChangeService) changes: AllocationChangeService,
  ) {
    this.#lists = lists;
    this.#finder = finder;
    this.#creation = creation;
    this.#changes = changes;
  }

  @Get()
  @Policy('baremetal:allocation:list')
  @Described({
    summary: 'List the allocations',
    since,
    query: allocationFilters,
    answer: { list: allocationResource, key: 'allocations' },
  })
  list(@ThisCall() call: Call) {
    refuseOlder(call, 404);
    return this.#lists.list(call);
  }

  @Post()
  @HttpCode(201)
  @Policy('baremetal:allocation:create')
  @Described({
    summary: 'Ask for a node, or record the allocation of one that has an instance',
    since,
    body: newAllocation,
    status: 201,
    answer: { one: allocationResource },
  })
  create(@ThisCall() call: Call) {
    refuseOlder(call, 405);
    return this.#creation.create(call);
  }

  @Patch()
  @Policy('baremetal:allocation:update')
  @Undescribed('Only refuses: the path names no object.')
  patchNameless(): never {
    throw invalid('Missing mandatory parameter: allocation_ident');
  }

  @Delete()
  @Policy('baremetal:allocation:delete')
  @Undescribed('Only refuses: the path names no object.')
  deleteNameless(): never {
    throw invalid('Missing mandatory parameter: allocation_ident');
  }

  @Get(':ident')
  @Policy('baremetal:allocation:get')
  @Described({
    summary: 'Show an allocation',
    since,
    query: oneArguments,
    answer: { one: allocationResource },
  })
  async one(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOlder(call, 404);
    const { fields } = parseArguments(oneArguments, call.query);
    refuseUnseenFields(call, fields);
    return allocationView(await this.#finder.row(ident, call), call, fields ?? undefined);
  }

  @Patch(':ident')
  @Policy('baremetal:allocation:update')
  @Described({
    summary: 'Change name or extra of an allocation',
    since: 'resource.allocationUpdate',
    jsonPatch: true,
    answer: { one: allocationResource },
  })
  patch(@Param('ident') ident: string, @ThisCall() call: Call) {
    if (!call.allows('resource.allocationUpdate')) {
      throw new ApiError(405, 'The API version does not allow updating allocations');
    }
    return this.#changes.patch(ident, call);
  }

  @Delete(':ident')
  @HttpCode(204)
  @Policy('baremetal:allocation:delete')
  @Described({ summary: 'Delete an allocation', since, status: 204, answer: null })
  delete(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOlder(call, 405);
    parseArguments(noArguments, call.query);
    return this.#changes.delete(ident, call);
  }
}

/** @throws ApiError of the status given, 404 for reading and 405 for changes, before 1.52 */
function refuseOlder(call: Call, status: 404 | 405): void {
  if (!call.allows(since)) throw new ApiError(status, 'The API version does not allow allocations');
}
