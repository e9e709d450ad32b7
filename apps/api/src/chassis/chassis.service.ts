import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Database, Transaction } from '#database/client.js';
import type { Chassis } from '#database/generated/client.js';
import { invalid, notFound } from '../errors/api-error.js';
import { isStillReferenced } from '../errors/database-error.js';
import type { Call } from '../http/call.js';
import { orConflict, patched, readPatch } from '../resource/change.js';
import { changeRow } from '../resource/locked-row.js';
import { parseDocument } from '../resource/schema-error.js';
import { DATABASE } from '../tokens.js';
import { newChassis, patchable, patchedChassis } from './chassis.schema.js';
import { chassisView } from './chassis.view.js';

/** POST, PATCH and DELETE of chassis. */
@Injectable()
export class ChassisService {
  readonly #database: Database;

  constructor(@Inject(DATABASE) database: Database) {
    this.#database = database;
  }

  /** @throws ApiError 404 when there is none */
  async row(uuid: string): Promise<Chassis> {
    return rowOf(this.#database, uuid);
  }

  async create(call: Call): Promise<Record<string, unknown>> {
    const given = parseDocument(newChassis, call.json(), 'chassis');
    const uuid = given.uuid ?? randomUUID();
    const data = { uuid, createdAt: new Date(), description: given.description ?? null, extra: given.extra ?? {} };
    const texts = { uuid: `A chassis with UUID ${uuid} already exists.` };
    const chassis = await orConflict(texts, () => this.#database.chassis.create({ data }));
    call.location(`chassis/${uuid}`);
    return chassisView(chassis, call);
  }

  async patch(uuid: string, call: Call): Promise<Record<string, unknown>> {
    const patch = readPatch(call, patchable);
    const row = { table: 'chassis', uuid, read: (tx: Transaction) => rowOf(tx, uuid) } as const;
    const chassis = await changeRow(this.#database, row, (tx, { id, extra, description }) => {
      const document = patched(patchedChassis, { uuid, extra, description }, patch);
      if (document.uuid !== uuid) throw invalid('Cannot overwrite UUID for an existing Chassis.');
      const data = { description: document.description ?? null, extra: document.extra ?? {}, updatedAt: new Date() };
      return tx.chassis.update({ where: { id }, data });
    });
    return chassisView(chassis, call);
  }

  async delete(uuid: string): Promise<void> {
    const { id } = await this.row(uuid);
    try {
      await this.#database.chassis.deleteMany({ where: { id } });
    } catch (error) {
      if (!isStillReferenced(error)) throw error;
      throw invalid(`Cannot complete the requested action because chassis ${uuid} contains nodes.`);
    }
  }
}

async function rowOf(database: Pick<Transaction, 'chassis'>, uuid: string): Promise<Chassis> {
  const chassis = await database.chassis.findUnique({ where: { uuid } });
  if (!chassis) throw notFound(`Chassis ${uuid} could not be found.`);
  return chassis;
}
