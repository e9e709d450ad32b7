import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Database, Transaction } from '#database/client.js';
import { stateOf, type LockedNode } from '#database/operations.js';
import { portPatchRefused } from '#domain/states.js';
import { conflict, invalid, notAcceptable, notFound } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { isNodeLink, nodeToJoin, refuseOtherNode } from '../nodes/node-link.js';
import { orConflict, patched, readPatch } from '../resource/change.js';
import { touched, type PatchOperation } from '../resource/json-patch.js';
import { parseDocument } from '../resource/schema-error.js';
import { shown } from '../resource/shown.js';
import { DATABASE } from '../tokens.js';
import { currentVif } from './attached-vif.js';
import { PortFinder } from './port-finder.js';
import { joinPhysicalNetwork, portgroupToJoin } from './port-membership.js';
import { columnsOf, documentOf } from './port.columns.js';
import {
  refuseByState,
  refuseNewerLink,
  refusePort,
  refuseStandalone,
  refuseStandaloneMember,
  type PortChange,
} from './port.rules.js';
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
    const node = await nodeToJoin(this.#finder, given.node_ident ?? given.node_uuid ?? '', call);
    portResource.refuseNewer(call.minor, Object.keys(Object(body)));
    refuseNewerLink(call, given);
    refusePort(given);
    const port = await this.#insert(given, node);
    call.location(`ports/${port.uuid}`);
    return portView(port, call);
  }

  async #insert(given: NewPort, node: { readonly id: number; readonly uuid: string }): Promise<PortRow> {
    const data = { uuid: given.uuid ?? randomUUID(), createdAt: new Date(), nodeId: node.id, ...columnsOf(given) };
    const { portgroup_uuid: portgroupUuid } = given;
    return orConflict(duplicates(data), () => {
      if (!portgroupUuid) return this.#database.port.create({ data, include: portParts });
      return this.#finder.locked(node.uuid, async (tx) => {
        const portgroup = await portgroupToJoin(tx, portgroupUuid, node.id);
        refuseStandalone(portgroup, given);
        await joinPhysicalNetwork(tx, portgroup, data.physicalNetwork);
        return tx.port.create({ data: { ...data, portgroupId: portgroup.id }, include: portParts });
      });
    });
  }

  async patch(ident: string, call: Call): Promise<Record<string, unknown>> {
    const patch = readPatch(call, patchable);
    // Of these Ironic lets every version change name, description and the like: only the network is gated.
    const networkFields = ['pxe_enabled', 'local_link_connection', 'portgroup_uuid', 'physical_network', 'is_smartnic'];
    portResource.refuseNewer(
      call.minor,
      touched(patch).filter((name) => networkFields.includes(name)),
    );
    const found = await this.#ports.row(ident, call);
    await refuseOtherNode(this.#finder, patch, found.node, call);
    const changes = patch.filter((change) => !isNodeLink(change));
    // A patch that is wrong is refused whatever the lock says.
    const document = documentAfter(found, changes);
    refuseMemberNetwork(call, patch, document);
    const port = await orConflict(duplicates({ uuid: found.uuid, ...document }), () =>
      this.#finder.exclusive(
        found.node.uuid,
        (tx, locked) => save(tx, locked, found.id, changes),
        ({ node }) => {
          if (!portPatchRefused(stateOf(node), call.minor)) return;
          throw conflict(`Cannot update port "${found.uuid}" on "${node.uuid}" while it is in state "inspecting".`);
        },
      ),
    );
    return portView(port, call);
  }

  async delete(uuid: string, call: Call): Promise<void> {
    const port = await this.#ports.row(uuid, call);
    await this.#finder.exclusive(port.node.uuid, async (tx, { node }) => {
      const vif = node.networkInterface === 'noop' ? undefined : currentVif(port.internalInfo);
      if (vif !== undefined && !node.maintenance) {
        throw conflict(`Cannot delete the port ${uuid} as it is bound to VIF ${vif} for use.`);
      }
      await tx.port.deleteMany({ where: { id: port.id } });
    });
  }
}

async function save(
  tx: Transaction,
  { node }: LockedNode,
  id: number,
  changes: readonly PatchOperation[],
): Promise<PortRow> {
  // Read again: only with the node's row locked nobody else changes its ports.
  const before = await tx.port.findUnique({ where: { id }, include: portParts });
  if (!before) throw notFound();
  if (changes.length === 0) return before;
  const document = documentAfter(before, changes);
  const { portgroup_uuid: portgroupUuid } = document;
  const portgroup = portgroupUuid ? await portgroupToJoin(tx, portgroupUuid, node.id) : null;
  const change: PortChange = { before, after: { ...columnsOf(document), portgroupId: portgroup?.id ?? null } };
  const { after } = change;
  refuseByState(node, stateOf(node), change);
  const moved = after.portgroupId !== before.portgroupId || after.physicalNetwork !== before.physicalNetwork;
  if (portgroup && moved) await joinPhysicalNetwork(tx, portgroup, after.physicalNetwork, before.id);
  if (portgroup) refuseStandaloneMember(node, portgroup, change);
  return tx.port.update({ where: { id }, data: { ...after, updatedAt: new Date() }, include: portParts });
}

/** What a patch makes of a port. @throws ApiError 400 when it does not fit */
function documentAfter(port: PortRow, changes: readonly PatchOperation[]): PortDocument {
  const document = patched(patchedPort, documentOf(port), changes);
  refusePort(document);
  return document;
}

/**
 * A member's network is its portgroup's. Ironic looks at the first change only, so that a port can join a portgroup and
 * take its network in one patch.
 * @throws ApiError 400
 */
function refuseMemberNetwork(call: Call, patch: readonly PatchOperation[], document: PortDocument): void {
  if (!call.allows('behaviour.memberNetworkFixed') || !document.portgroup_uuid) return;
  if (patch[0]?.names[0] !== 'physical_network') return;
  throw invalid('physical_network cannot be changed while the port belongs to a portgroup.');
}

function wrongNodes(body: unknown): string {
  const both = typeof body === 'object' && body !== null && 'node_uuid' in body;
  return both
    ? `${shown(body)} is valid under each of {'required': ['node_uuid']}, {'required': ['node_ident']}`
    : `${shown(body)} is not valid under any of the given schemas. Possible root cause: 'node_ident' is a required property`;
}

/** What to say of a unique value that another port has. */
function duplicates(port: {
  readonly uuid: string;
  readonly address: string;
  readonly name?: string | null | undefined;
}) {
  return {
    address: `A port with MAC address ${port.address} already exists.`,
    name: `A port with name ${port.name} already exists.`,
    uuid: `A port with UUID ${port.uuid} already exists.`,
  };
}
