import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Database, Transaction } from '#database/client.js';
import type { SecretBox } from '#database/secrets.js';
import { notFound } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { opened } from '../nodes/node.columns.js';
import { orConflict, patched, readPatch } from '../resource/change.js';
import type { PatchOperation } from '../resource/json-patch.js';
import { lockedRow } from '../resource/locked-row.js';
import { parseDocument } from '../resource/schema-error.js';
import { DATABASE, SECRETS } from '../tokens.js';
import { newTarget, patchable, patchedTarget, type TargetDocument } from './target.schema.js';
import { targetList, targetView, type TargetRow } from './target.view.js';
import { changeOf, VolumeNodes, volumeParts } from './volume-nodes.js';

/** Changes of volume targets. */
@Injectable()
export class TargetService {
  readonly #database: Database;
  readonly #secrets: SecretBox;
  readonly #nodes: VolumeNodes;
  /** The list of targets. */
  readonly listed: ReturnType<typeof targetList>;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(SECRETS) secrets: SecretBox,
    @Inject(VolumeNodes) nodes: VolumeNodes,
  ) {
    this.#database = database;
    this.#secrets = secrets;
    this.#nodes = nodes;
    this.listed = targetList(secrets);
  }

  /** @throws ApiError 404 when there is none, or none that the caller may read; 403 when the rule does not allow it */
  async row(uuid: string, call: Call): Promise<TargetRow> {
    const row = await this.#database.volumeTarget.findUnique({ where: { uuid }, include: volumeParts });
    const missing = () => notFound(`Volume target ${uuid} could not be found.`);
    if (!row) throw missing();
    call.access.partOfNode(row.node, missing);
    return row;
  }

  view(target: TargetRow, { minor, base, access }: Call, fields?: readonly string[]): Record<string, unknown> {
    return targetView(target, { minor, base, access, secrets: this.#secrets }, fields);
  }

  async create(call: Call): Promise<Record<string, unknown>> {
    const given = parseDocument(newTarget, call.json(), 'target');
    const node = await this.#nodes.forNew(given.node_uuid, call);
    const uuid = given.uuid ?? randomUUID();
    const data = { uuid, createdAt: new Date(), nodeId: node.id, ...this.#columns(given) };
    const target = await orConflict(conflicts(data), () =>
      this.#database.volumeTarget.create({ data, include: volumeParts }),
    );
    call.location(`volume/targets/${target.uuid}`);
    return this.view(target, call);
  }

  async patch(uuid: string, call: Call): Promise<Record<string, unknown>> {
    const found = await this.row(uuid, call);
    const patch = readPatch(call, patchable);
    const node = await this.#nodes.afterPatch(found.node, patch, call);
    // A patch that is wrong is refused whatever the node says.
    this.#after(found, patch);
    const read = (tx: Transaction) => tx.volumeTarget.findUnique({ where: { uuid }, include: volumeParts });
    const target = await this.#nodes.change(node, 'volume target', 'update', async (tx) => {
      const before = await lockedRow(tx, { table: 'volume_targets', uuid, read });
      const data = { ...this.#columns(this.#after(before, patch)), ...changeOf(patch, node) };
      return orConflict(conflicts({ uuid, ...data }), () =>
        tx.volumeTarget.update({ where: { id: before.id }, data, include: volumeParts }),
      );
    });
    return this.view(target, call);
  }

  async delete(uuid: string, call: Call): Promise<void> {
    const { id, node } = await this.row(uuid, call);
    await this.#nodes.change(node, 'volume target', 'deletion', (tx) => tx.volumeTarget.deleteMany({ where: { id } }));
  }

  #after(target: TargetRow, patch: readonly PatchOperation[]): TargetDocument {
    const before = {
      boot_index: target.bootIndex,
      extra: target.extra,
      node_uuid: null,
      properties: opened(target.properties, this.#secrets),
      volume_id: target.volumeId,
      volume_type: target.volumeType,
    };
    return patched(patchedTarget, before, patch);
  }

  #columns(document: TargetDocument) {
    return {
      bootIndex: document.boot_index,
      extra: document.extra ?? {},
      properties: this.#secrets.sealSecrets(document.properties ?? {}),
      volumeId: document.volume_id,
      volumeType: document.volume_type,
    };
  }
}

function conflicts({ uuid, bootIndex }: { readonly uuid: string; readonly bootIndex: number }) {
  return {
    uuid: `A volume target with UUID ${uuid} already exists.`,
    node_id_boot_index: `A volume target with boot index '${bootIndex}' for the same node already exists.`,
  };
}
