import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Database, Transaction } from '#database/client.js';
import { Prisma } from '#database/generated/client.js';
import type { SecretBox } from '#database/secrets.js';
import { invalid } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { orConflict, patched, readPatch } from '../resource/change.js';
import { argument } from '../resource/json-types.js';
import { listFields, listPage, type Listed } from '../resource/list-page.js';
import { fieldArguments, pagingArguments } from '../resource/list-query.js';
import { changeRow } from '../resource/locked-row.js';
import { byUuid } from '../resource/one.js';
import { parseArguments, parseDocument } from '../resource/schema-error.js';
import { refuseDuplicateSteps } from '../resource/steps.schema.js';
import { openedSteps, sealedSteps } from '../resource/stored-steps.js';
import { DATABASE, SECRETS } from '../tokens.js';
import { RunbookFinder } from './runbook-finder.js';
import { ownerAfter, ownerOf, patchRules } from './runbook.rules.js';
import { newRunbookAt, patchableAt, patchedRunbook, runbookResource, type RunbookDocument } from './runbook.schema.js';
import { runbookParts, runbookView, type RunbookRow } from './runbook.view.js';

/** Query parameters of the list. */
export const runbookListArguments = z.object({
  ...pagingArguments,
  ...fieldArguments,
  marker: argument.uuidOrName(),
  project: argument.boolean(),
});

/** Lists and changes of runbooks; their traits have a service of their own. */
@Injectable()
export class RunbookService {
  readonly #database: Database;
  readonly #secrets: SecretBox;
  readonly #finder: RunbookFinder;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(SECRETS) secrets: SecretBox,
    @Inject(RunbookFinder) finder: RunbookFinder,
  ) {
    this.#database = database;
    this.#secrets = secrets;
    this.#finder = finder;
  }

  list(call: Call): Promise<Record<string, unknown>> {
    const given = parseArguments(runbookListArguments, call.query);
    const listed = runbookList(this.#secrets);
    refuseUnseenFields(call, given.fields);
    const project = call.access.list('runbook');
    // `project` is a boolean here: it leaves only what everybody may use.
    const open = given.project === true ? { public: true } : {};
    const where = project === null ? open : { OR: [{ owner: project, ...open }, { public: true }] };
    // Every version may sort by every column, also by one that it does not see.
    const fields = listFields(call, listed, { ...given, sort_key: null });
    return listPage(call, this.#database, listed, { given, fields, where });
  }

  view(runbook: RunbookRow, call: Call, fields?: readonly string[]): Record<string, unknown> {
    return runbookView(runbook, { minor: call.minor, base: call.base, secrets: this.#secrets }, fields);
  }

  async create(call: Call): Promise<Record<string, unknown>> {
    const given = parseDocument(newRunbookAt(call.minor), call.json(), 'runbook');
    refuseDuplicateSteps(given.steps);
    const owner = ownerOf(given, call);
    const data = { uuid: given.uuid ?? randomUUID(), createdAt: new Date(), ...this.#columns({ ...given, owner }) };
    const runbook = await orConflict(conflicts(data), () =>
      this.#database.runbook.create({ data, include: runbookParts }),
    );
    call.location(`runbooks/${runbook.uuid}`);
    return this.view(runbook, call);
  }

  async patch(ident: string, call: Call): Promise<Record<string, unknown>> {
    const patch = readPatch(call, patchableAt(call.minor));
    const { uuid } = await this.#finder.row(ident, call, patchRules(patch));
    const read = (tx: Transaction) => tx.runbook.findUnique({ where: { uuid }, include: runbookParts });
    const runbook = await changeRow(this.#database, { table: 'runbooks', uuid, read }, (tx, before) => {
      const document = patched(patchedRunbook, { ...this.#document(before), ...ownerAfter(before, patch) }, patch);
      refuseDuplicateSteps(document.steps);
      if (patch.length === 0) return Promise.resolve(before);
      const data = { updatedAt: new Date(), ...this.#columns(document) };
      return orConflict(conflicts({ uuid, ...data }), () =>
        tx.runbook.update({ where: { id: before.id }, data, include: runbookParts }),
      );
    });
    return this.view(runbook, call);
  }

  async delete(ident: string, call: Call): Promise<void> {
    const { id } = await this.#finder.row(ident, call);
    // Deleted by somebody else in between: gone is gone.
    await this.#database.runbook.deleteMany({ where: { id } });
  }

  #document(runbook: RunbookRow): Record<string, unknown> {
    return {
      name: runbook.name,
      description: runbook.description,
      disable_ramdisk: runbook.disableRamdisk,
      extra: runbook.extra,
      owner: runbook.owner,
      public: runbook.public,
      steps: openedSteps(runbook.steps, this.#secrets),
    };
  }

  #columns(document: Omit<RunbookDocument, 'description'> & Partial<Pick<RunbookDocument, 'description'>>) {
    return {
      name: document.name,
      description: document.description ?? null,
      disableRamdisk: document.disable_ramdisk ?? false,
      extra: document.extra ?? {},
      owner: document.owner ?? null,
      public: document.public ?? false,
      steps: sealedSteps(document.steps, this.#secrets),
    };
  }
}

function runbookList(
  secrets: SecretBox,
): Listed<RunbookRow, Prisma.RunbookWhereInput, Prisma.RunbookOrderByWithRelationInput> {
  return {
    key: 'runbooks',
    noun: 'Runbook',
    resource: runbookResource,
    short: ['uuid', 'name'],
    columns: Prisma.RunbookScalarFieldEnum,
    nullable: ['updatedAt', 'owner', 'description'],
    unsortable: ['extra', 'steps', 'traits'],
    find: (database, query) => database.runbook.findMany({ ...query, include: runbookParts }),
    marker: (database, marker) => byUuid(marker, (uuid) => database.runbook.findUnique({ where: { uuid } })),
    markerOf: (runbook) => runbook.uuid,
    view: (runbook, { minor, base }, fields) => runbookView(runbook, { minor, base, secrets }, fields),
  };
}

/** Of runbooks Ironic takes fields that are too new for fields that there are not: 400, not 406. */
export function refuseUnseenFields(call: Call, fields: readonly string[] | null): void {
  const unseen = fields?.filter((name) => !runbookResource.visible(call.minor).includes(name)) ?? [];
  if (unseen.length > 0) throw invalid(`Field(s) "${unseen.join(', ')}" are not valid`);
}

function conflicts({ uuid, name }: { readonly uuid: string; readonly name: string }) {
  return {
    uuid: `A runbook with UUID ${uuid} already exists.`,
    name: `A runbook with name ${name} already exists.`,
  };
}
