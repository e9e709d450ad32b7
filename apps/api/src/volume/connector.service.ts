import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Database, Transaction } from '#database/client.js';
import { notFound } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { orConflict, patched, readPatch } from '../resource/change.js';
import type { PatchOperation } from '../resource/json-patch.js';
import { lockedRow } from '../resource/locked-row.js';
import { parseDocument } from '../resource/schema-error.js';
import { DATABASE } from '../tokens.js';
import { newConnector, patchable, patchedConnector } from './connector.schema.js';
import { connectorView, type ConnectorRow } from './connector.view.js';
import { changeOf, VolumeNodes, volumeParts } from './volume-nodes.js';

/** Changes of volume connectors. */
@Injectable()
export class ConnectorService {
  readonly #database: Database;
  readonly #nodes: VolumeNodes;

  constructor(@Inject(DATABASE) database: Database, @Inject(VolumeNodes) nodes: VolumeNodes) {
    this.#database = database;
    this.#nodes = nodes;
  }

  /** @throws ApiError 404 when there is none, or none that the caller may read; 403 when the rule does not allow it */
  async row(uuid: string, call: Call): Promise<ConnectorRow> {
    const row = await this.#database.volumeConnector.findUnique({ where: { uuid }, include: volumeParts });
    const missing = () => notFound(`Volume connector ${uuid} could not be found.`);
    if (!row) throw missing();
    call.access.partOfNode(row.node, missing);
    return row;
  }

  async create(call: Call): Promise<Record<string, unknown>> {
    const given = parseDocument(newConnector, call.json(), 'connector');
    const node = await this.#nodes.forNew(given.node_uuid, call);
    const { connector_id: connectorId, type, extra } = given;
    const data = {
      uuid: given.uuid ?? randomUUID(),
      createdAt: new Date(),
      nodeId: node.id,
      connectorId,
      type,
      extra: extra ?? {},
    };
    const connector = await orConflict(conflicts(data), () =>
      this.#database.volumeConnector.create({ data, include: volumeParts }),
    );
    call.location(`volume/connectors/${connector.uuid}`);
    return connectorView(connector, call);
  }

  async patch(uuid: string, call: Call): Promise<Record<string, unknown>> {
    const found = await this.row(uuid, call);
    const patch = readPatch(call, patchable);
    const node = await this.#nodes.afterPatch(found.node, patch, call);
    // A patch that is wrong is refused whatever the node says.
    columnsAfter(found, patch);
    const read = (tx: Transaction) => tx.volumeConnector.findUnique({ where: { uuid }, include: volumeParts });
    const connector = await this.#nodes.change(node, 'volume connector', 'update', async (tx) => {
      const before = await lockedRow(tx, { table: 'volume_connectors', uuid, read });
      const data = { ...columnsAfter(before, patch), ...changeOf(patch, node) };
      return orConflict(conflicts({ uuid, ...data }), () =>
        tx.volumeConnector.update({ where: { id: before.id }, data, include: volumeParts }),
      );
    });
    return connectorView(connector, call);
  }

  async delete(uuid: string, call: Call): Promise<void> {
    const { id, node } = await this.row(uuid, call);
    await this.#nodes.change(node, 'volume connector', 'deletion', (tx) =>
      tx.volumeConnector.deleteMany({ where: { id } }),
    );
  }
}

function columnsAfter({ connectorId, type, extra }: ConnectorRow, patch: readonly PatchOperation[]) {
  const before = { connector_id: connectorId, type, extra, node_uuid: null };
  const document = patched(patchedConnector, before, patch);
  return { connectorId: document.connector_id, type: document.type, extra: document.extra ?? {} };
}

function conflicts(of: { readonly uuid: string; readonly type: string; readonly connectorId: string }) {
  return {
    uuid: `A volume connector with UUID ${of.uuid} already exists.`,
    type_connector_id: `A volume connector with type ${of.type} and connector ID ${of.connectorId} already exists.`,
  };
}
