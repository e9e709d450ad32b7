import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import type { Database, Transaction } from '#database/client.js';
import { stateOf, type LockedNode } from '#database/operations.js';
import type { Port } from '#database/generated/client.js';
import { portAddressChangeable, portChangeable } from '#domain/states.js';
import { ApiError, conflict, invalid, notAcceptable } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { orConflict, patched, readPatch } from '../resource/change.js';
import { touched, valuesFor, type PatchOperation } from '../resource/json-patch.js';
import { parseDocument } from '../resource/schema-error.js';
import { plainly, shown } from '../resource/shown.js';
import { DATABASE } from '../tokens.js';
import { isSmartNicLink } from './local-link.schema.js';
import { PortFinder } from './port-finder.js';
import {
  namesOneNode,
  newPort,
  patchable,
  patchedPort,
  portResource,
  type NewPort,
  type PortDocument,
} from './port.schema.js';
import { portParts, portView, type PortRow } from './port.view.js';

/** POST, PATCH and DELETE of ports. */
@Injectable()
export class PortChangeService {
  readonly #database: Database;
  readonly #finder: NodeFinder;
  readonly #ports: PortFinder;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(NodeFinder) finder: NodeFinder,
    @Inject(PortFinder) ports: PortFinder,
  ) {
    this.#database = database;
    this.#finder = finder;
    this.#ports = ports;
  }

  async create(call: Call): Promise<Record<string, unknown>> {
    const body = call.json();
    const given = parseDocument(newPort, body, 'port');
    if (!namesOneNode(body)) throw invalid(`Schema error for port: ${wrongNodes(body)}`);
    if (given.node_ident !== undefined && !call.allows('port.node_ident')) throw notAcceptable();
    const node = await this.#node(given, call);
    portResource.refuseNewer(call.minor, Object.keys(Object(body)));
    refuseNewerLink(call, given);
    refusePort(given);
    const data = { uuid: given.uuid ?? randomUUID(), createdAt: new Date(), nodeId: node.id, ...columnsOf(given) };
    const port = await orConflict(duplicates(data), () => this.#database.port.create({ data, include: portParts }));
    call.location(`ports/${port.uuid}`);
    return portView(port, call);
  }

  async patch(ident: string, call: Call): Promise<Record<string, unknown>> {
    const patch = readPatch(call, patchable);
    // Of these Ironic lets every version change name, description and the like: only the network is gated.
    const networkFields = ['pxe_enabled', 'local_link_connection', 'portgroup_uuid', 'physical_network', 'is_smartnic'];
    portResource.refuseNewer(
      call.minor,
      touched(patch).filter((name) => networkFields.includes(name)),
    );
    const found = await this.#ports.row(ident);
    await this.#refuseOtherNode(patch, found, call);
    const document = patched(patchedPort, documentOf(found), patch.filter(isNotNode));
    refusePort(document);
    const columns = columnsOf(document);
    const port = await orConflict(duplicates({ uuid: found.uuid, ...columns }), () =>
      this.#finder.exclusive(found.node.uuid, (tx, locked) => save(tx, locked, found, columns, patch.length > 0)),
    );
    return portView(port, call);
  }

  async delete(uuid: string): Promise<void> {
    const port = await this.#ports.row(uuid);
    await this.#finder.exclusive(port.node.uuid, async (tx) => {
      await tx.port.delete({ where: { id: port.id } });
    });
  }

  async #node(given: NewPort, call: Call): Promise<{ readonly id: number; readonly uuid: string }> {
    try {
      return await this.#finder.identity(given.node_ident ?? given.node_uuid ?? '', call);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) {
        throw invalid(`Node ${given.node_uuid ?? given.node_ident} could not be found.`);
      }
      throw error;
    }
  }

  /** A port stays with its node: Ironic means to allow a move but fails with it. */
  async #refuseOtherNode(patch: readonly PatchOperation[], port: PortRow, call: Call): Promise<void> {
    const wanted = valuesFor(patch, '/node_uuid').at(-1);
    if (wanted === undefined) return;
    const node = await this.#finder.identity(plainly(wanted), call).catch(() => undefined);
    if (node?.uuid === port.node.uuid) return;
    throw invalid(`Unable to apply the requested node_uuid '${plainly(wanted)}'. Requested value was invalid.`);
  }
}

async function save(
  tx: Transaction,
  { node }: LockedNode,
  before: Port,
  columns: ReturnType<typeof columnsOf>,
  changed: boolean,
): Promise<PortRow> {
  const state = stateOf(node);
  const { maintenance } = node;
  const hasInstance = node.instanceUuid !== null;
  if (columns.address !== before.address && !portAddressChangeable(state, { maintenance, hasInstance })) {
    throw conflict(
      `Cannot update hardware address for port ${before.uuid} as node ${node.uuid} is active or has instance UUID assigned`,
    );
  }
  const connectivity =
    columns.pxeEnabled !== before.pxeEnabled ||
    columns.physicalNetwork !== before.physicalNetwork ||
    !isDeepStrictEqual(columns.localLinkConnection, before.localLinkConnection);
  if (connectivity && !portChangeable(state, { maintenance })) {
    throw conflict(
      `Port ${before.uuid} can not have any connectivity attributes (pxe_enabled, portgroup_id, physical_network, ` +
        `local_link_connection) updated unless node ${node.uuid} is in a enroll, inspecting, inspect wait, manageable ` +
        `state or in maintenance mode. The current state is ${state}.`,
    );
  }
  const where = { id: before.id };
  if (!changed) return tx.port.findUniqueOrThrow({ where, include: portParts });
  return tx.port.update({ where, data: { ...columns, updatedAt: new Date() }, include: portParts });
}

function documentOf(port: PortRow): Record<string, unknown> {
  return {
    address: port.address,
    extra: port.extra,
    is_smartnic: port.isSmartnic,
    local_link_connection: port.localLinkConnection,
    node_uuid: port.node.uuid,
    physical_network: port.physicalNetwork,
    portgroup_uuid: null,
    pxe_enabled: port.pxeEnabled,
    name: port.name,
    description: port.description,
    vendor: port.vendor,
    category: port.category,
    available_for_dynamic_portgroup: port.availableForDynamicPortgroup,
  };
}

function columnsOf(document: PortDocument) {
  return {
    address: document.address,
    extra: document.extra ?? {},
    isSmartnic: document.is_smartnic ?? false,
    localLinkConnection: document.local_link_connection,
    physicalNetwork: document.physical_network ?? null,
    pxeEnabled: document.pxe_enabled ?? true,
    name: document.name ?? null,
    description: document.description ?? null,
    vendor: document.vendor ?? null,
    category: document.category ?? null,
    availableForDynamicPortgroup: document.available_for_dynamic_portgroup ?? true,
  };
}

/** What a schema cannot say. @throws ApiError 400 */
function refusePort(document: PortDocument): void {
  if (document.portgroup_uuid) throw invalid(`Portgroup ${document.portgroup_uuid} could not be found.`);
  if (document.physical_network === '') {
    throw invalid('A non-empty value is required when setting physical_network');
  }
}

/** Keys of a link have versions of their own; and a smart NIC is found by a link of its kind. */
function refuseNewerLink(call: Call, given: NewPort): void {
  const link = given.local_link_connection;
  if ('network_type' in link && !call.allows('local_link_connection.network_type')) throw notAcceptable();
  if ('vtep-logical-switch' in link && !call.allows('local_link_connection.vtep')) throw notAcceptable();
  const bare = Object.keys(link).length === 0;
  if (given.is_smartnic === true && !bare && !isSmartNicLink(link)) {
    throw invalid('Smart NIC port must have port_id and hostname in local_link_connection');
  }
}

function isNotNode({ names }: PatchOperation): boolean {
  return names[0] !== 'node_uuid' && names[0] !== 'node_ident';
}

function wrongNodes(body: unknown): string {
  const both = typeof body === 'object' && body !== null && 'node_uuid' in body;
  return both
    ? `${shown(body)} is valid under each of {'required': ['node_uuid']}, {'required': ['node_ident']}`
    : `${shown(body)} is not valid under any of the given schemas. Possible root cause: 'node_ident' is a required property`;
}

/** What to say of a unique value that another port has. */
function duplicates(port: { readonly uuid: string; readonly address: string; readonly name: string | null }) {
  return {
    address: `A port with MAC address ${port.address} already exists.`,
    name: `A port with name ${port.name} already exists.`,
    uuid: `A port with UUID ${port.uuid} already exists.`,
  };
}
