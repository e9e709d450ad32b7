import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Transaction } from '#database/client.js';
import { stateOf, type LockedNode } from '#database/operations.js';
import type { SecretBox } from '#database/secrets.js';
import { interfaceNames } from '#domain/hardware-types.js';
import { releaseAllocation } from '../allocations/release-allocation.js';
import { ConductorsService } from '../conductors/conductors.service.js';
import type { LiveConductors } from '../conductors/live-conductors.js';
import { notAcceptable } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { applyPatch, parsePatch, valuesFor, type PatchOperation } from '../resource/json-patch.js';
import { argument } from '../resource/json-types.js';
import { parseArguments, parseDocument } from '../resource/schema-error.js';
import { plainly } from '../resource/shown.js';
import { SECRETS } from '../tokens.js';
import {
  columnsOf,
  documentOf,
  interfaceColumns,
  interfacesOf,
  wantedInterfaces,
  type WantedInterfaces,
} from './node.columns.js';
import { duplicateNode } from './node-create.service.js';
import { chassisIdOf, chassisUuidOf } from './node-chassis.js';
import { NodeFinder } from './node-finder.js';
import { servedDriver, settleInterfaces } from './node-interfaces.js';
import { patchRules, refuseOwner } from './node-patch.policy.js';
import { checkChange, checkPatch, checkPatchedNode, checkResetInterfaces } from './node-patch.rules.js';
import { ParentNodes } from './parent-nodes.js';
import { nodeParts, type NodeRow } from './node.rows.js';
import { patchedNode, type NodeDocument } from './node.schema.js';
import { nodeContext, nodeView } from './node.view.js';

/** Query parameters of PATCH /v1/nodes/{ident}. */
export const patchArguments = z.object({ reset_interfaces: argument.boolean() });

/** PATCH /v1/nodes/{ident}. */
@Injectable()
export class NodePatchService {
  readonly #finder: NodeFinder;
  readonly #secrets: SecretBox;
  readonly #conductors: ConductorsService;
  readonly #parents: ParentNodes;

  constructor(
    @Inject(NodeFinder) finder: NodeFinder,
    @Inject(SECRETS) secrets: SecretBox,
    @Inject(ConductorsService) conductors: ConductorsService,
    @Inject(ParentNodes) parents: ParentNodes,
  ) {
    this.#finder = finder;
    this.#secrets = secrets;
    this.#conductors = conductors;
    this.#parents = parents;
  }

  async patch(ident: string, call: Call): Promise<Record<string, unknown>> {
    const { reset_interfaces: reset } = parseArguments(patchArguments, call.query);
    const patch = parsePatch(call.json());
    checkResetInterfaces(call.allows('query.reset_interfaces'), reset);
    checkPatch(call.minor, patch, reset);
    const found = await this.#finder.row(ident, call, patchRules(patch));
    const parentNode = await this.#parent(found, patch, call);
    const conductors = await this.#conductors.live();
    const node = await this.#finder
      .exclusive(
        found.uuid,
        (tx, locked) =>
          this.#apply(tx, locked, patch, {
            reset: reset === true,
            conductors,
            parentNode,
            chassisUnset: call.allows('behaviour.chassisUnset'),
          }),
        ({ node: row }) => {
          refuseOwner(call, row, patch);
          checkPatchedNode(call.minor, ident, row, stateOf(row), patch);
        },
      )
      .catch((error: unknown) => {
        throw (
          duplicateNode(error, {
            uuid: found.uuid,
            name: last(patch, '/name'),
            instanceUuid: last(patch, '/instance_uuid'),
          }) ?? error
        );
      });
    const view = nodeView(node, nodeContext(call, conductors));
    if (call.access.hides('reservation', node)) return view;
    // Ironic answers from within its lock, so the answer shows the lock under which the change was made.
    return { ...view, reservation: conductors.lockHolder(node.conductorGroup) };
  }

  async #apply(
    tx: Transaction,
    { node }: LockedNode,
    patch: readonly PatchOperation[],
    options: PatchOptions,
  ): Promise<NodeRow> {
    const chassisUuid = await chassisUuidOf(tx, node.chassisId);
    const before = documentOf(node, chassisUuid, this.#secrets);
    const patched = applyPatch(before, patch);
    if (options.parentNode !== null) patched['parent_node'] = options.parentNode;
    const document = parseDocument(patchedNode, patched, 'patch');
    const chassisId = await chassisIdOf(tx, document.chassis_uuid);
    if (node.chassisId !== null && chassisId === null && !options.chassisUnset) throw notAcceptable();
    const columns = { ...columnsOf(document, this.#secrets), ...flagsOf(document, node) };
    const wanted = wantedInterfaces(document);
    const changed = changedInterfaces(wanted, node);
    checkChange(node, stateOf(node), columns, changed);
    if (node.instanceUuid !== null && columns.instanceUuid === null) await releaseAllocation(tx, node);
    const data = {
      ...columns,
      ...unchangedSecrets(before, patched, node),
      ...newInterfaces(document, wanted, changed, node, options),
      instanceName: document.instance_name ?? displayName(before, document),
      parentNode: document.parent_node ?? null,
      chassisId,
    };
    if (patch.length === 0) return tx.node.findUniqueOrThrow({ where: { id: node.id }, include: nodeParts });
    return tx.node.update({ where: { id: node.id }, data: { ...data, updatedAt: new Date() }, include: nodeParts });
  }

  async #parent(found: NodeRow, patch: readonly PatchOperation[], call: Call): Promise<string | null> {
    const parent = valuesFor(patch, '/parent_node')[0];
    return typeof parent === 'string' && parent !== '' ? this.#parents.resolve(parent, found.owner, call) : null;
  }
}

/** What a patch needs to know besides the node. */
interface PatchOptions {
  readonly reset: boolean;
  readonly conductors: LiveConductors;
  readonly parentNode: string | null;
  readonly chassisUnset: boolean;
}

/** The interface columns that the patch changes; a new driver or group must be one that workers serve. */
function newInterfaces(
  document: NodeDocument,
  wanted: WantedInterfaces,
  changed: readonly string[],
  node: LockedNode['node'],
  { reset, conductors }: PatchOptions,
) {
  const group = (document.conductor_group ?? '').toLowerCase();
  const newDriver = document.driver !== node.driver;
  if (!newDriver && group === node.conductorGroup && changed.length === 0) return {};
  const driver = servedDriver(conductors, document.driver, group);
  if (!newDriver && changed.length === 0) return {};
  const kept = reset && newDriver ? onlyChanged(wanted, changed) : wanted;
  return interfaceColumns(settleInterfaces(driver, kept, node.uuid));
}

/** Flags that take their reasons with them when they go (Ironic conductor/manager.py update_node). */
function flagsOf(document: NodeDocument, node: LockedNode['node']) {
  const isProtected = document.protected ?? false;
  const leavesMaintenance = node.maintenance && document.maintenance !== true;
  const leavesRetirement = node.retired && document.retired !== true;
  return {
    protected: isProtected,
    protectedReason: node.protected && !isProtected ? null : (document.protected_reason ?? null),
    retiredReason: leavesRetirement ? null : (document.retired_reason ?? null),
    ...(leavesMaintenance ? { maintenanceReason: null, fault: null } : {}),
  };
}

/** Columns with secrets are sealed anew only when the patch changes them. */
function unchangedSecrets(
  before: Readonly<Record<string, unknown>>,
  patched: Readonly<Record<string, unknown>>,
  node: LockedNode['node'],
) {
  return {
    ...(isDeepStrictEqual(before['driver_info'], patched['driver_info']) ? { driverInfo: node.driverInfo ?? {} } : {}),
    ...(isDeepStrictEqual(before['instance_info'], patched['instance_info'])
      ? { instanceInfo: node.instanceInfo ?? {} }
      : {}),
  };
}

/** A display name that comes with instance_info names an instance that has no name yet. */
function displayName(before: Readonly<Record<string, unknown>>, { instance_info: info }: NodeDocument): string | null {
  if (isDeepStrictEqual(before['instance_info'], info)) return null;
  const name = info?.['display_name'];
  return typeof name === 'string' && name !== '' ? name : null;
}

function changedInterfaces(wanted: WantedInterfaces, node: LockedNode['node']): readonly string[] {
  const before = interfacesOf(node);
  return interfaceNames.filter((name) => wanted[name] !== before[name]);
}

function onlyChanged(wanted: WantedInterfaces, changed: readonly string[]): WantedInterfaces {
  const entries = interfaceNames.map((name) => [name, changed.includes(name) ? wanted[name] : null]);
  // One entry for each name of the list from which the type is made.
  return Object.fromEntries(entries) as WantedInterfaces;
}

function last(patch: readonly PatchOperation[], path: string): string {
  return plainly(valuesFor(patch, path).at(-1) ?? '');
}
