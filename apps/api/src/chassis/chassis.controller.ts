import { All, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#database/client.js';
import { Policy } from '../auth/policy.js';
import { invalid, notFound } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { NodeListService, nodeDetailArguments, nodeListArguments } from '../nodes/node-list.service.js';
import { nodeResource } from '../nodes/node.schema.js';
import { Described, Undescribed } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { listFields, listPage, type ListParameters } from '../resource/list-page.js';
import { fieldArguments, pagingArguments } from '../resource/list-query.js';
import { oneArguments, oneFields } from '../resource/one.js';
import { parseArguments } from '../resource/schema-error.js';
import { DATABASE } from '../tokens.js';
import { chassisResource, newChassis } from './chassis.schema.js';
import { ChassisService } from './chassis.service.js';
import { chassisList, chassisView } from './chassis.view.js';

const detailArguments = z.object(pagingArguments);
const listArguments = z.object({ ...pagingArguments, ...fieldArguments });
const pathArguments = z.object({ chassis_uuid: argument.uuid() });

/** `/v1/chassis`. */
@Controller('v1/chassis')
export class ChassisController {
  readonly #database: Database;
  readonly #chassis: ChassisService;
  readonly #nodes: NodeListService;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(ChassisService) chassis: ChassisService,
    @Inject(NodeListService) nodes: NodeListService,
  ) {
    this.#database = database;
    this.#chassis = chassis;
    this.#nodes = nodes;
  }

  @Get()
  @Policy('baremetal:chassis:get')
  @Described({
    summary: 'List the chassis',
    query: listArguments,
    answer: { list: chassisResource, key: 'chassis' },
  })
  list(@ThisCall() call: Call) {
    return this.#page(call, parseArguments(listArguments, call.query), 'chassis');
  }

  @Get('detail')
  @Policy('baremetal:chassis:get')
  @Described({
    summary: 'List the chassis with all fields',
    query: detailArguments,
    answer: { list: chassisResource, key: 'chassis' },
  })
  detail(@ThisCall() call: Call) {
    return this.#page(call, parseArguments(detailArguments, call.query), 'chassis/detail');
  }

  @Post()
  @HttpCode(201)
  @Policy('baremetal:chassis:create')
  @Described({ summary: 'Create a chassis', body: newChassis, status: 201, answer: { one: chassisResource } })
  create(@ThisCall() call: Call) {
    return this.#chassis.create(call);
  }

  @Patch()
  @Policy('baremetal:chassis:update')
  @Undescribed('Only refuses: the path names no object.')
  patchNameless(): never {
    throw invalid('Missing mandatory parameter: chassis_uuid');
  }

  @Delete()
  @Policy('baremetal:chassis:delete')
  @Undescribed('Only refuses: the path names no object.')
  deleteNameless(): never {
    throw invalid('Missing mandatory parameter: chassis_uuid');
  }

  @Get('nodes')
  @Policy('baremetal:node:list')
  @Undescribed('Only refuses: the path names no chassis.')
  nodesOfNone(): never {
    throw invalid('Chassis id not specified.');
  }

  @Get(':uuid')
  @Policy('baremetal:chassis:get')
  @Described({ summary: 'Show a chassis', query: oneArguments, answer: { one: chassisResource } })
  async one(@Param('uuid') ident: string, @ThisCall() call: Call) {
    const uuid = uuidOf(ident);
    const { fields } = parseArguments(oneArguments, call.query);
    const shown = oneFields(call, chassisResource, fields);
    return chassisView(await this.#chassis.row(uuid), call, shown);
  }

  @Patch(':uuid')
  @Policy('baremetal:chassis:update')
  @Described({ summary: 'Change a chassis', jsonPatch: true, answer: { one: chassisResource } })
  patch(@Param('uuid') ident: string, @ThisCall() call: Call) {
    return this.#chassis.patch(uuidOf(ident), call);
  }

  @Delete(':uuid')
  @HttpCode(204)
  @Policy('baremetal:chassis:delete')
  @Described({ summary: 'Delete a chassis that no node is in', status: 204, answer: null })
  delete(@Param('uuid') ident: string) {
    return this.#chassis.delete(uuidOf(ident));
  }

  @Get(':uuid/nodes')
  @Policy('baremetal:node:list')
  @Described({
    summary: 'List the nodes in a chassis',
    query: nodeListArguments,
    answer: { list: nodeResource, key: 'nodes' },
  })
  nodes(@Param('uuid') ident: string, @ThisCall() call: Call) {
    return this.#nodes.list(call, uuidOf(ident));
  }

  @Get(':uuid/nodes/detail')
  @Policy('baremetal:node:list')
  @Described({
    summary: 'List the nodes in a chassis with all fields',
    query: nodeDetailArguments,
    answer: { list: nodeResource, key: 'nodes' },
  })
  nodesDetail(@Param('uuid') ident: string, @ThisCall() call: Call) {
    return this.#nodes.detail(call, uuidOf(ident));
  }

  @Post(':uuid/nodes')
  @Policy('baremetal:node:create')
  @Undescribed('Only refuses: nodes are created at /v1/nodes.')
  createNode(): never {
    throw invalid('Malformed request URI.');
  }

  @All(':uuid/nodes/*')
  @Policy('baremetal:node:get')
  @Undescribed('Only refuses: there is nothing below the list.')
  belowNodes(): never {
    throw invalid('Malformed request URI.');
  }

  @Get(':uuid/detail')
  @Policy('baremetal:chassis:get')
  @Undescribed('Only refuses: it is a path of the list.')
  detailOfOne(): never {
    throw notFound();
  }

  /** A path below a chassis reads as the name of a field (as in Ironic's router). */
  @Get(':uuid/:field')
  @Policy('baremetal:chassis:get')
  @Undescribed('The same as a chassis with `fields`.')
  async field(@Param('uuid') ident: string, @Param('field') field: string, @ThisCall() call: Call) {
    const uuid = uuidOf(ident);
    const shown = oneFields(call, chassisResource, [field.toLowerCase()]);
    return chassisView(await this.#chassis.row(uuid), call, shown);
  }

  #page(call: Call, given: ListParameters, path: string) {
    const fields = listFields(call, chassisList, given);
    return listPage(call, this.#database, chassisList, { given, fields, where: {}, path });
  }
}

/** @throws ApiError 400 for what is no UUID: chassis have no names */
function uuidOf(ident: string): string {
  return parseArguments(pathArguments, { chassis_uuid: ident }).chassis_uuid ?? ident;
}
