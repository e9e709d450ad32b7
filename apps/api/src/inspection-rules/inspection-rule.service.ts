import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Database, Transaction } from '#database/client.js';
import { Prisma, type InspectionRule } from '#database/generated/client.js';
import { openedRuleParts, sealedRuleParts } from '#database/inspection-rules.js';
import type { SecretBox } from '#database/secrets.js';
import { ruleErrors } from '#domain/inspection-rules.js';
import { invalid, notFound } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { orConflict, patched } from '../resource/change.js';
import { parsePatch, valuesFor, type PatchOperation } from '../resource/json-patch.js';
import { argument } from '../resource/json-types.js';
import { listFields, pageKeyset, type Sorted } from '../resource/list-page.js';
import { collection, fieldArguments, pagingArguments, pagingOf } from '../resource/list-query.js';
import { changeRow } from '../resource/locked-row.js';
import { byUuid } from '../resource/one.js';
import { parseArguments, parseDocument } from '../resource/schema-error.js';
import { shown } from '../resource/shown.js';
import { DATABASE, SECRETS } from '../tokens.js';
import { newRule, patchedRule, ruleResource, type RuleDocument } from './inspection-rule.schema.js';
import { ruleView } from './inspection-rule.view.js';

/** Query parameters of the list. */
export const ruleListArguments = z.object({
  ...pagingArguments,
  ...fieldArguments,
  marker: argument.string(),
  phase: argument.string(),
});

const sorted: Sorted = {
  noun: 'Rule',
  resource: ruleResource,
  columns: Prisma.InspectionRuleScalarFieldEnum,
  nullable: ['updatedAt', 'description'],
  unsortable: [],
};
const short = ['uuid', 'priority', 'phase', 'description'];

/** Lists and changes of inspection rules. */
@Injectable()
export class InspectionRuleService {
  readonly #database: Database;
  readonly #secrets: SecretBox;

  constructor(@Inject(DATABASE) database: Database, @Inject(SECRETS) secrets: SecretBox) {
    this.#database = database;
    this.#secrets = secrets;
  }

  async list(call: Call, query: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    const given = parseArguments(ruleListArguments, query);
    refuseSorting(given.sort_key);
    const fields = listFields(call, { resource: ruleResource, short }, given);
    const paging = pagingOf(call, given);
    const find = (uuid: string) => this.#database.inspectionRule.findUnique({ where: { uuid } });
    const { orderBy, after } = await pageKeyset(sorted, paging, (marker) => byUuid(marker, find));
    const phase = given.phase === '' ? null : given.phase;
    const where = phase === null ? {} : { phase };
    const rows = await this.#database.inspectionRule.findMany({
      // Both are made of checked column names of this model, which the types of single columns cannot express.
      where: { AND: [where, after as Prisma.InspectionRuleWhereInput] },
      orderBy: orderBy as Prisma.InspectionRuleOrderByWithRelationInput[],
      take: paging.limit,
    });
    const items = rows.map((rule) => this.view(rule, call, fields));
    return collection('inspection_rules', items, rows.at(-1)?.uuid, {
      base: call.base,
      path: 'inspection',
      limit: paging.limit,
      repeat: {
        ...(phase === null ? { filters: '{}' } : { phase }),
        sort_key: paging.sortKey,
        sort_dir: paging.sortDir,
        detail: given.detail,
      },
      fields,
    });
  }

  view(rule: InspectionRule, { minor, base }: Call, fields?: readonly string[]): Record<string, unknown> {
    return ruleView(rule, { minor, base, secrets: this.#secrets }, fields);
  }

  /** @throws ApiError 404 when there is none */
  async row(uuid: string): Promise<InspectionRule> {
    return rowOf(this.#database, uuid);
  }

  async create(call: Call): Promise<Record<string, unknown>> {
    const given = parseDocument(newRule, call.json(), '');
    const uuid = given.uuid ?? randomUUID();
    const data = { uuid, createdAt: new Date(), ...this.#columns(given) };
    const rule = await orConflict({ uuid: `A rule with UUID ${uuid} already exists.` }, () =>
      this.#database.inspectionRule.create({ data }),
    );
    call.location(`inspection_rules/${uuid}`);
    return this.view(rule, call);
  }

  async patch(uuid: string, call: Call): Promise<Record<string, unknown>> {
    const patch = parsePatch(call.json());
    const row = { table: 'inspection_rules', uuid, read: (tx: Transaction) => rowOf(tx, uuid) } as const;
    const rule = await changeRow(this.#database, row, (tx, before) => {
      const { id, description, priority, phase, sensitive } = before;
      if (sensitive) refuseUnsetFlag(patch);
      const parts = openedRuleParts(before, this.#secrets);
      const document = patched(patchedRule, { description, priority, phase, sensitive, ...parts }, patch);
      // A removed flag counts as unset, which it must not be.
      const columns = this.#columns({ ...document, sensitive: sensitive || document.sensitive });
      if (patch.length === 0) return Promise.resolve(before);
      return tx.inspectionRule.update({ where: { id }, data: { updatedAt: new Date(), ...columns } });
    });
    return this.view(rule, call);
  }

  async delete(uuid: string): Promise<void> {
    const { id } = await this.row(uuid);
    // Deleted by somebody else in between: gone is gone.
    await this.#database.inspectionRule.deleteMany({ where: { id } });
  }

  /** @throws ApiError 400 for what the schema cannot say */
  #columns({ actions, conditions = [], description, phase = 'main', priority = 0, sensitive }: RuleDocument) {
    const errors = ruleErrors({ actions, conditions, phase, priority });
    const [first] = errors;
    if (first !== undefined) {
      throw invalid(errors.length === 1 ? first : `Multiple validation errors occurred: ${errors.join('; ')}`);
    }
    return {
      description: description ?? null,
      priority,
      phase: phase ?? 'main',
      sensitive: sensitive ?? false,
      ...sealedRuleParts({ actions, conditions }, { sensitive: sensitive ?? false, secrets: this.#secrets }),
    };
  }
}

async function rowOf(database: Pick<Transaction, 'inspectionRule'>, uuid: string): Promise<InspectionRule> {
  const rule = await database.inspectionRule.findUnique({ where: { uuid } });
  if (!rule) throw notFound(`Rule ${uuid} could not be found.`);
  return rule;
}

/** What a sensitive rule says is never to be seen again. @throws ApiError 400 when a patch unsets its flag */
function refuseUnsetFlag(patch: readonly PatchOperation[]): void {
  const [value] = valuesFor(patch, '/sensitive');
  if (value === undefined || value) return;
  // Other values stay out of the text: they may be secrets.
  const changes = patch.map(({ op, path }) => ({ op, path, ...(path === '/sensitive' ? { value } : {}) }));
  throw invalid(
    `Couldn't apply patch '${shown(changes)}'. Reason: Inspection rules cannot have the sensitive flag unset.`,
  );
}

function refuseSorting(key: string | null): void {
  const parts = ['actions', 'conditions'];
  if (key === null || !parts.includes(key)) return;
  throw invalid(`Schema error: ${shown(key)} should not be valid under ${shown({ type: 'string', enum: parts })}`);
}
