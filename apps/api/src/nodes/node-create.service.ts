import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '#database/client.js';
import type { SecretBox } from '#database/secrets.js';
import { initialState } from '#domain/states.js';
import { ConductorsService } from '../conductors/conductors.service.js';
import { conflict, invalid } from '../errors/api-error.js';
import { violatedColumn } from '../errors/database-error.js';
import type { Call } from '../http/call.js';
import { parseDocument } from '../resource/schema-error.js';
import { shown } from '../resource/shown.js';
import { DATABASE, SECRETS } from '../tokens.js';
import { columnsOf, interfaceColumns, wantedInterfaces } from './node.columns.js';
import { chassisIdOf } from './node-chassis.js';
import { servedDriver, settleInterfaces } from './node-interfaces.js';
import { checkNodeName } from './node-names.js';
import { ParentNodes } from './parent-nodes.js';
import { nodeParts } from './node.rows.js';
import { newNode, nodeResource, type NewNode } from './node.schema.js';
import { nodeContext, nodeView } from './node.view.js';

/** POST /v1/nodes. */
@Injectable()
export class NodeCreateService {
  readonly #database: Database;
  readonly #secrets: SecretBox;
  readonly #conductors: ConductorsService;
  readonly #parents: ParentNodes;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(SECRETS) secrets: SecretBox,
    @Inject(ConductorsService) conductors: ConductorsService,
    @Inject(ParentNodes) parents: ParentNodes,
  ) {
    this.#database = database;
    this.#secrets = secrets;
    this.#conductors = conductors;
    this.#parents = parents;
  }

  async create(call: Call): Promise<Record<string, unknown>> {
    const body = call.json();
    if (body === null) throw invalid(`Schema error for node: ${shown(body)} is not of type 'object'`);
    const given = parseDocument(newNode, body, 'node');
    refuseNewerFields(call.minor, given);
    if (typeof given.name === 'string') checkNodeName(call.minor, given.name, 'Cannot create node with invalid name ');
    const owner = ownerOf(given, call);
    const uuid = given.uuid ?? randomUUID();
    const conductors = await this.#conductors.live();
    const driver = servedDriver(conductors, given.driver, (given.conductor_group ?? '').toLowerCase());
    const data = {
      uuid,
      createdAt: new Date(),
      provisionState: initialState(call.minor),
      chassisId: await chassisIdOf(this.#database, given.chassis_uuid),
      parentNode: await this.#parent({ ...given, owner }, call),
      ...columnsOf({ ...given, owner }, this.#secrets),
      ...interfaceColumns(settleInterfaces(driver, wantedInterfaces(given), uuid)),
    };
    try {
      const node = await this.#database.node.create({ data, include: nodeParts });
      call.location(`nodes/${node.uuid}`);
      return nodeView(node, nodeContext(call, conductors));
    } catch (error) {
      throw (
        duplicateNode(error, { uuid, name: given.name ?? null, instanceUuid: given.instance_uuid ?? null }) ?? error
      );
    }
  }

  async #parent(given: NewNode, call: Call): Promise<string | null> {
    return given.parent_node ? this.#parents.resolve(given.parent_node, given.owner ?? null, call) : null;
  }
}

/**
 * The owner of a new node: a project's is its own. Only a system-scoped caller may name another one; without
 * authentication nobody is one.
 * @throws ApiError 400
 */
function ownerOf(given: NewNode, call: Call): string | null {
  const { systemScope, projectId } = call.access.caller;
  const owner = given.owner ?? null;
  if (systemScope === 'all') return owner;
  if (owner && owner !== projectId) {
    throw invalid('Cannot create a node as a project scoped admin with an owner other than your own project.');
  }
  return projectId;
}

/** A null, and a conductor group of nothing, say nothing that an old version could not say. */
function refuseNewerFields(minor: number, given: NewNode): void {
  const said = Object.entries(given)
    .filter(([name, value]) => value !== null && value !== undefined && !(name === 'conductor_group' && value === ''))
    .map(([name]) => name);
  nodeResource.refuseNewer(minor, said);
}

/** The 409 for a unique value that another node has; undefined when the error is another one. */
export function duplicateNode(
  error: unknown,
  {
    uuid,
    name,
    instanceUuid,
  }: { readonly uuid: string; readonly name: string | null; readonly instanceUuid: string | null },
) {
  switch (violatedColumn(error) ?? '') {
    case 'instance_uuid':
      return conflict(
        `Instance ${instanceUuid} is already associated with a node, it cannot be associated with this other node ${uuid}`,
      );
    case 'name':
      return conflict(`A node with name ${name} already exists.`);
    case 'uuid':
      return conflict(`A node with UUID ${uuid} already exists.`);
    default:
      return undefined;
  }
}
