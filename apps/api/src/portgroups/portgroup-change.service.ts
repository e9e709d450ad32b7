import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Database, Transaction } from '#database/client.js';
import { stateOf, type LockedNode } from '#database/operations.js';
import { portPatchRefused } from '#domain/states.js';
import { conflict, invalid, notAcceptable, notFound } from '../errors/api-error.js';
import { isStillReferenced } from '../errors/database-error.js';
import type { Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { isNodeLink, nodeToJoin, refuseOtherNode } from '../nodes/node-link.js';
import { attachedVif } from '../ports/attached-vif.js';
import { orConflict, patched, readPatch } from '../resource/change.js';
import { touched, valuesFor, type PatchOperation } from '../resource/json-patch.js';
import { isLogicalName } from '../resource/names.js';
import { parseDocument } from '../resource/schema-error.js';
import { plainly } from '../resource/shown.js';
import { DATABASE } from '../tokens.js';
import { PortgroupFinder } from './portgroup-finder.js';
import { columnsOf, documentOf } from './portgroup.columns.js';
import { newPortgroup, patchable, patchedPortgroup, type PortgroupDocument } from './portgroup.schema.js';
import { portgroupParts, portgroupView, type PortgroupRow } from './portgroup.view.js';

/** POST, PATCH and DELETE of portgroups. */
@Injectable()
export class PortgroupChangeService {
  readonly #database: Database;
  readonly #nodes: NodeFinder;
  readonly #finder: PortgroupFinder;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(NodeFinder) nodes: NodeFinder,
    @Inject(PortgroupFinder) finder: PortgroupFinder,
  ) {
    this.#database = database;
    this.#nodes = nodes;
    this.#finder = finder;
  }

  async create(call: Call): Promise<Record<string, unknown>> {
    const given = parseDocument(newPortgroup, call.json(), 'portgroup');
    const node = await nodeToJoin(this.#nodes, given.node_uuid, call);
    const bonded = Boolean(given.mode) || Object.keys(given.properties ?? {}).length > 0;
    if (bonded && !call.allows('portgroup.mode')) throw notAcceptable();
    if (given.name && !isLogicalName(given.name)) {
      throw invalid(`Cannot create portgroup with invalid name '${given.name}'`);
    }
    const data = { uuid: given.uuid ?? randomUUID(), createdAt: new Date(), nodeId: node.id, ...columnsOf(given) };
    const portgroup = await orConflict(duplicates(data), () =>
      this.#database.portgroup.create({ data, include: portgroupParts }),
    );
    call.location(`portgroups/${portgroup.uuid}`);
    return portgroupView(portgroup, call);
  }

  async patch(ident: string, call: Call): Promise<Record<string, unknown>> {
    const patch = readPatch(call, patchable);
    const names = touched(patch);
    if ((names.includes('mode') || names.includes('properties')) && !call.allows('portgroup.mode')) {
      throw notAcceptable();
    }
    const found = await this.#finder.row(ident, call);
    for (const name of valuesFor(patch, '/name')) {
      if (name && !isLogicalName(name)) {
        throw invalid(`Portgroup ${ident}: Cannot change name to invalid name '${plainly(name)}'`);
      }
    }
    await refuseOtherNode(this.#nodes, patch, found.node, call);
    // A patch that is wrong is refused whatever the lock says.
    const columns = columnsOf(documentAfter(found, patch));
    const portgroup = await orConflict(duplicates({ uuid: found.uuid, ...columns }), () =>
      this.#nodes.exclusive(
        found.node.uuid,
        (tx, locked) => save(tx, locked, found.id, patch),
        ({ node }) => {
          if (!portPatchRefused(stateOf(node), call.minor)) return;
          throw conflict(
            `Cannot update portgroup "${found.uuid}" on node "${node.uuid}" while it is in state "inspecting".`,
          );
        },
      ),
    );
    return portgroupView(portgroup, call);
  }

  async delete(ident: string, call: Call): Promise<void> {
    const { id, uuid, node } = await this.#finder.row(ident, call);
    try {
      await this.#nodes.exclusive(node.uuid, (tx) => tx.portgroup.deleteMany({ where: { id } }));
    } catch (error) {
      if (!isStillReferenced(error)) throw error;
      throw invalid(`Cannot complete the requested action because portgroup ${uuid} contains ports.`);
    }
  }
}

async function save(
  tx: Transaction,
  { node }: LockedNode,
  id: number,
  patch: readonly PatchOperation[],
): Promise<PortgroupRow> {
  // Read again: only with the node's row locked nobody else changes its portgroups.
  const before = await tx.portgroup.findUnique({ where: { id }, include: portgroupParts });
  if (!before) throw notFound();
  if (patch.every(isNodeLink)) return before;
  const columns = columnsOf(documentAfter(before, patch));
  const noLongerStandalone = before.standalonePortsSupported && !columns.standalonePortsSupported;
  if (noLongerStandalone && node.networkInterface !== 'noop') await refuseStandalonePorts(tx, before);
  if (touched(patch).includes('physical_network')) {
    // The members are on the group's network, whichever that is.
    const { physicalNetwork } = columns;
    const updatedAt = new Date();
    await tx.port.updateMany({ where: { portgroupId: id }, data: { physicalNetwork, updatedAt } });
  }
  return tx.portgroup.update({ where: { id }, data: { ...columns, updatedAt: new Date() }, include: portgroupParts });
}

/** @throws ApiError 409 when a member could be used on its own (Ironic network/common.py portgroup_changed) */
async function refuseStandalonePorts(tx: Transaction, portgroup: PortgroupRow): Promise<void> {
  for (const port of await tx.port.findMany({ where: { portgroupId: portgroup.id }, orderBy: { id: 'asc' } })) {
    const vif = attachedVif(port.internalInfo);
    const reasons = [
      ...(port.pxeEnabled ? ["'pxe_enabled' is set to True"] : []),
      ...(vif === undefined ? [] : [`VIF ${vif} is attached to this port`]),
    ];
    if (reasons.length === 0) continue;
    throw conflict(
      `standalone_ports_supported can not be set to False, because the port group ${portgroup.uuid} contains port ` +
        `with ${reasons.join(', ')}`,
    );
  }
}

/** What a patch makes of a portgroup. @throws ApiError 400 when it does not fit */
function documentAfter(portgroup: PortgroupRow, patch: readonly PatchOperation[]): PortgroupDocument {
  const changes = patch.filter((change) => !isNodeLink(change));
  const document = patched(patchedPortgroup, documentOf(portgroup), changes);
  if (document.mode === undefined) throw invalid("'mode' is a mandatory attribute and can not be removed");
  return document;
}

/** What to say of a unique value that another portgroup has. */
function duplicates(portgroup: {
  readonly uuid: string;
  readonly address: string | null;
  readonly name: string | null;
}) {
  return {
    address: `A portgroup with MAC address ${portgroup.address} already exists.`,
    name: `A portgroup with name ${portgroup.name} already exists.`,
    uuid: `A portgroup with UUID ${portgroup.uuid} already exists.`,
  };
}
