import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '#database/client.js';
import type { Prisma } from '#database/generated/client.js';
import { ApiError, forbidden, invalid, notAcceptable } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { ofProject } from '../nodes/node-list.query.js';
import type { NodeRow } from '../nodes/node.rows.js';
import { orConflict } from '../resource/change.js';
import { asUuid, isLogicalName } from '../resource/names.js';
import { parseDocument } from '../resource/schema-error.js';
import { shown } from '../resource/shown.js';
import { DATABASE } from '../tokens.js';
import { AllocationLauncher } from './allocation-launcher.js';
import { newAllocation, newAllocationBeforeBackfill, type NewAllocation } from './allocation.schema.js';
import { allocationParts, allocationView } from './allocation.view.js';
import { backfill } from './backfill.js';

/** POST /v1/allocations: asks for a node, or records one that has an instance already. */
@Injectable()
export class AllocationCreateService {
  readonly #database: Database;
  readonly #nodes: NodeFinder;
  readonly #launcher: AllocationLauncher;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(NodeFinder) nodes: NodeFinder,
    @Inject(AllocationLauncher) launcher: AllocationLauncher,
  ) {
    this.#database = database;
    this.#nodes = nodes;
    this.#launcher = launcher;
  }

  async create(call: Call): Promise<Record<string, unknown>> {
    const schema = call.allows('allocation.node') ? newAllocation : newAllocationBeforeBackfill;
    const given: NewAllocation = parseDocument(schema, call.json(), '');
    // Even a null says something that an old version could not say.
    if (given.owner !== undefined && !call.allows('allocation.owner')) throw notAcceptable();
    if (given.name && !isLogicalName(given.name)) {
      throw invalid(`Cannot create allocation with invalid name ${shown(given.name)}`);
    }
    const node = given.node ? await this.#node(given.node, call) : undefined;
    const resourceClass = given.resource_class || node?.resourceClass;
    if (!resourceClass && !node) throw invalid('The resource_class field is mandatory when not backfilling');
    const uuid = given.uuid ? asUuid(given.uuid) : (node?.instanceUuid ?? randomUUID());
    if (uuid === undefined) throw invalid(`Expected UUID for uuid: ${given.uuid}`);
    const data = {
      uuid,
      createdAt: new Date(),
      name: given.name ?? null,
      resourceClass: resourceClass ?? null,
      candidateNodes: await this.#candidates(given.candidate_nodes ?? [], call),
      traits: given.traits ?? [],
      extra: given.extra ?? {},
      owner: ownerOf(given, call),
    };
    const texts = {
      name: `An allocation with name ${data.name} already exists.`,
      uuid: `An allocation with UUID ${uuid} already exists.`,
      instance_uuid: `Instance ${uuid} is already associated with a node, it cannot be associated with this other node ${node?.uuid}`,
    };
    const allocation = await orConflict(texts, () =>
      node
        ? this.#nodes.exclusive(node.uuid, (tx, locked) => backfill(tx, locked, data))
        : this.#database.allocation.create({ data, include: allocationParts }),
    );
    if (!node) this.#launcher.launch();
    call.location(`allocations/${uuid}`);
    return allocationView(allocation, call);
  }

  async #node(ident: string, call: Call): Promise<NodeRow> {
    try {
      return await this.#nodes.row(ident, call, ['baremetal:node:get']);
    } catch (error) {
      throw error instanceof ApiError && error.status === 404 ? invalid(error.message) : error;
    }
  }

  /** UUIDs in the order given. @throws ApiError 400 naming the nodes that there are not, or not for this project */
  async #candidates(idents: readonly string[], call: Call): Promise<readonly string[]> {
    if (idents.length === 0) return [];
    const uuids = idents.map(asUuid).filter((uuid) => uuid !== undefined);
    const found = await this.#database.node.findMany({
      where: { AND: [{ OR: [{ uuid: { in: uuids } }, { name: { in: [...idents] } }] }, ofCaller(call)] },
      select: { uuid: true, name: true },
    });
    const known = new Map(
      found.flatMap(({ uuid, name }) => [uuid, ...(name === null ? [] : [name])].map((key) => [key, uuid])),
    );
    const converted = idents.map((ident) => known.get(asUuid(ident) ?? ident));
    const missing = idents.filter((_, index) => converted[index] === undefined);
    if (missing.length > 0) throw invalid(`Nodes cannot be found: ${[...new Set(missing)].join(', ')}`);
    return converted.filter((uuid) => uuid !== undefined);
  }
}

/**
 * The owner of a new allocation: a project's is its own, unless a rule of its own lets the caller name another one.
 * @throws ApiError 403
 */
function ownerOf(given: NewAllocation, call: Call): string | null {
  const { systemScope, projectId } = call.access.caller;
  const owner = given.owner || null;
  if (systemScope === 'all') return owner;
  if (owner === null) return projectId;
  if (owner === projectId || call.access.may('baremetal:allocation:create_restricted')) return owner;
  throw forbidden(
    `Cannot create allocation with an owner Project ID value ${owner} not matching the requester Project ID ` +
      `${projectId ?? 'None'}. Policy baremetal:allocation:create_restricted is required for this capability.`,
  );
}

/** The nodes that may be candidates. */
function ofCaller(call: Call): Prisma.NodeWhereInput {
  const { projectId } = call.access.caller;
  const all = projectId === null || call.access.may('baremetal:allocation:create_restricted');
  return all ? {} : ofProject(projectId);
}
