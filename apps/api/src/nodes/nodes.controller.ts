import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#database/client.js';
import { Policy } from '../auth/policy.js';
import { ConductorsService } from '../conductors/conductors.service.js';
import { invalid, notAcceptable, routingError } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described, Undescribed } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { linksTo } from '../resource/links.js';
import { fieldArguments } from '../resource/list-query.js';
import { parseArguments } from '../resource/schema-error.js';
import { DATABASE } from '../tokens.js';
import { NodeCreateService } from './node-create.service.js';
import { NodeDeleteService } from './node-delete.service.js';
import { NodeFinder } from './node-finder.js';
import { nodeFilters, ofProject } from './node-list.query.js';
import { NodeListService, refuseUnknown } from './node-list.service.js';
import { NodePatchService, patchArguments } from './node-patch.service.js';
import { newNode, nodeResource } from './node.schema.js';
import { nodeContext, nodeView } from './node.view.js';

const oneArguments = z.object({ fields: argument.strings() });
const noArguments = z.object({});
const childrenAnswer = z.object({
  children: z.array(z.uuid()),
  links: z.object({ href: z.string(), rel: z.string() }),
});

/** Sub-resources that have controllers of their own; as the name of a node they are no path at all. */
const subResources = [
  'ports',
  'portgroups',
  'vifs',
  'volume',
  'traits',
  'bios',
  'allocation',
  'history',
  'inventory',
  'children',
  'firmware',
  'vmedia',
];

/** Paths below a node that have no GET, with the methods they have. */
const withoutGet: ReadonlyMap<string, string> = new Map([
  ['maintenance', 'DELETE, PUT'],
  ['management', ''],
]);

/** `/v1/nodes` and a node itself. */
@Controller('v1/nodes')
export class NodesController {
  readonly #database: Database;
  readonly #finder: NodeFinder;
  readonly #conductors: ConductorsService;
  readonly #lists: NodeListService;
  readonly #creation: NodeCreateService;
  readonly #patches: NodePatchService;
  readonly #deletion: NodeDeleteService;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(NodeFinder) finder: NodeFinder,
    @Inject(ConductorsService) conductors: ConductorsService,
    @Inject(NodeListService) lists: NodeListService,
    @Inject(NodeCreateService) creation: NodeCreateService,
    @Inject(NodePatchService) patches: NodePatchService,
    @Inject(NodeDeleteService) deletion: NodeDeleteService,
  ) {
    this.#database = database;
    this.#finder = finder;
    this.#conductors = conductors;
    this.#lists = lists;
    this.#creation = creation;
    this.#patches = patches;
    this.#deletion = deletion;
  }

  @Get()
  @Policy('baremetal:node:list')
  @Described({
    summary: 'List nodes',
    query: z.object({ ...nodeFilters.shape, ...fieldArguments }),
    answer: { list: nodeResource, key: 'nodes' },
  })
  list(@ThisCall() call: Call) {
    return this.#lists.list(call);
  }

  @Get('detail')
  @Policy('baremetal:node:list')
  @Described({
    summary: 'List nodes with all their fields',
    query: nodeFilters,
    answer: { list: nodeResource, key: 'nodes' },
  })
  detail(@ThisCall() call: Call) {
    return this.#lists.detail(call);
  }

  @Post()
  @Policy('baremetal:node:create:self_owned_node')
  @HttpCode(201)
  @Described({ summary: 'Create a node', body: newNode, status: 201, answer: { one: nodeResource } })
  create(@ThisCall() call: Call) {
    return this.#creation.create(call);
  }

  @Patch()
  @Policy('baremetal:node:update')
  @Undescribed('Only refuses: the path names no object.')
  patchNameless(): never {
    throw invalid('Missing mandatory parameter: node_ident');
  }

  @Delete()
  @Policy('baremetal:node:delete')
  @Undescribed('Only refuses: the path names no object.')
  deleteNameless(): never {
    throw invalid('Missing mandatory parameter: node_ident');
  }

  @Get(':ident')
  @Policy('baremetal:node:get')
  @Described({ summary: 'Show a node', query: oneArguments, answer: { one: nodeResource } })
  one(@Param('ident') ident: string, @ThisCall() call: Call) {
    if (subResources.includes(ident)) throw routingError(404);
    const { fields } = parseArguments(oneArguments, call.query);
    return this.#show(ident, call, fields);
  }

  @Patch(':ident')
  @Policy('baremetal:node:update')
  @Described({ summary: 'Change a node', jsonPatch: true, query: patchArguments, answer: { one: nodeResource } })
  patch(@Param('ident') ident: string, @ThisCall() call: Call) {
    return this.#patches.patch(ident, call);
  }

  @Delete(':ident')
  @Policy('baremetal:node:delete')
  @HttpCode(204)
  @Described({ summary: 'Delete a node', status: 204, answer: null })
  delete(@Param('ident') ident: string, @ThisCall() call: Call) {
    parseArguments(noArguments, call.query);
    return this.#deletion.delete(ident, call);
  }

  @Get(':ident/children')
  @Policy('baremetal:node:get')
  @Described({ summary: 'List the children of a node', since: 'resource.children', answer: { schema: childrenAnswer } })
  async children(@Param('ident') ident: string, @ThisCall() call: Call) {
    if (!call.allows('resource.children')) throw routingError(404);
    parseArguments(noArguments, call.query);
    const uuid = await this.#finder.uuid(ident, call);
    const project = call.access.list('node');
    const children = await this.#database.node.findMany({
      where: { parentNode: uuid, ...(project === null ? {} : ofProject(project)) },
      select: { uuid: true },
      orderBy: { id: 'asc' },
    });
    const href = `${linksTo(call.base, 'nodes')[0]?.href}?parent_node=${uuid}`;
    return { children: children.map((child) => child.uuid), links: { href, rel: 'children' } };
  }

  /** A path below a node that is no sub-resource reads as the name of a field (as in Ironic's router). */
  @Get(':ident/:field')
  @Policy('baremetal:node:get')
  @Undescribed('Reads as the fields query parameter of the node.')
  field(@Param('ident') ident: string, @Param('field') field: string, @ThisCall() call: Call) {
    const methods = withoutGet.get(field);
    if (methods !== undefined) throw routingError(405, '', { allow: methods });
    return this.#show(ident, call, [field.toLowerCase()]);
  }

  async #show(ident: string, call: Call, fields: readonly string[] | null) {
    const [node, conductors] = await Promise.all([this.#finder.row(ident, call), this.#conductors.names()]);
    if (fields !== null) {
      if (!call.allows('query.fields')) throw notAcceptable();
      nodeResource.refuseNewer(call.minor, fields);
      refuseUnknown(fields);
    }
    return nodeView(node, nodeContext(call, conductors), fields ?? undefined);
  }
}
