import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Database, Transaction } from '#database/client.js';
import { Prisma, type DeployTemplate } from '#database/generated/client.js';
import type { SecretBox } from '#database/secrets.js';
import type { Call } from '../http/call.js';
import { orConflict, patched, readPatch } from '../resource/change.js';
import { argument } from '../resource/json-types.js';
import { listFields, listPage, type Listed } from '../resource/list-page.js';
import { fieldArguments, pagingArguments } from '../resource/list-query.js';
import { changeRow } from '../resource/locked-row.js';
import { byUuid, refuseFieldsBySchema } from '../resource/one.js';
import { parseArguments, parseDocument } from '../resource/schema-error.js';
import { refuseDuplicateSteps } from '../resource/steps.schema.js';
import { openedSteps, sealedSteps } from '../resource/stored-steps.js';
import { DATABASE, SECRETS } from '../tokens.js';
import { DeployTemplateFinder } from './deploy-template-finder.js';
import {
  newTemplate,
  patchable,
  patchedTemplate,
  templateResource,
  type TemplateDocument,
} from './deploy-template.schema.js';
import { templateView } from './deploy-template.view.js';

/** Query parameters of the list. */
export const templateListArguments = z.object({
  ...pagingArguments,
  ...fieldArguments,
  marker: argument.uuidOrName(),
});

/** Lists and changes of deploy templates. */
@Injectable()
export class DeployTemplateService {
  readonly #database: Database;
  readonly #secrets: SecretBox;
  readonly #finder: DeployTemplateFinder;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(SECRETS) secrets: SecretBox,
    @Inject(DeployTemplateFinder) finder: DeployTemplateFinder,
  ) {
    this.#database = database;
    this.#secrets = secrets;
    this.#finder = finder;
  }

  list(call: Call): Promise<Record<string, unknown>> {
    const given = parseArguments(templateListArguments, call.query);
    refuseFieldsBySchema(templateResource, given.fields);
    const listed = templateList(this.#secrets);
    return listPage(call, this.#database, listed, { given, fields: listFields(call, listed, given), where: {} });
  }

  view(template: DeployTemplate, call: Call, fields?: readonly string[]): Record<string, unknown> {
    return templateView(template, { minor: call.minor, base: call.base, secrets: this.#secrets }, fields);
  }

  async create(call: Call): Promise<Record<string, unknown>> {
    const given = parseDocument(newTemplate, call.json(), 'template');
    refuseDuplicateSteps(given.steps);
    const data = { uuid: given.uuid ?? randomUUID(), createdAt: new Date(), ...this.#columns(given) };
    const template = await orConflict(conflicts(data), () => this.#database.deployTemplate.create({ data }));
    call.location(`deploy_templates/${template.uuid}`);
    const { minor, base } = call;
    return templateView(template, { minor, base, secrets: this.#secrets, steps: given.steps });
  }

  async patch(ident: string, call: Call): Promise<Record<string, unknown>> {
    const patch = readPatch(call, patchable);
    const { uuid } = await this.#finder.row(ident, call);
    const read = (tx: Transaction) => tx.deployTemplate.findUnique({ where: { uuid } });
    const template = await changeRow(this.#database, { table: 'deploy_templates', uuid, read }, (tx, before) => {
      const { id, name, extra, steps } = before;
      const document = patched(patchedTemplate, { name, extra, steps: openedSteps(steps, this.#secrets) }, patch);
      refuseDuplicateSteps(document.steps);
      if (patch.length === 0) return Promise.resolve(before);
      const data = { updatedAt: new Date(), ...this.#columns(document) };
      return orConflict(conflicts({ uuid, ...data }), () => tx.deployTemplate.update({ where: { id }, data }));
    });
    return this.view(template, call);
  }

  async delete(ident: string, call: Call): Promise<void> {
    const { id } = await this.#finder.row(ident, call);
    // Deleted by somebody else in between: gone is gone.
    await this.#database.deployTemplate.deleteMany({ where: { id } });
  }

  #columns({ name, extra, steps }: TemplateDocument) {
    return { name, extra: extra ?? {}, steps: sealedSteps(steps, this.#secrets) };
  }
}

function templateList(
  secrets: SecretBox,
): Listed<DeployTemplate, Prisma.DeployTemplateWhereInput, Prisma.DeployTemplateOrderByWithRelationInput> {
  return {
    key: 'deploy_templates',
    noun: 'Deploy template',
    resource: templateResource,
    short: ['uuid', 'name'],
    columns: Prisma.DeployTemplateScalarFieldEnum,
    nullable: ['updatedAt'],
    unsortable: ['extra', 'steps'],
    find: (database, query) => database.deployTemplate.findMany(query),
    marker: (database, marker) => byUuid(marker, (uuid) => database.deployTemplate.findUnique({ where: { uuid } })),
    markerOf: (template) => template.uuid,
    view: (template, { minor, base }, fields) => templateView(template, { minor, base, secrets }, fields),
  };
}

function conflicts({ uuid, name }: { readonly uuid: string; readonly name: string }) {
  return {
    uuid: `A deploy template with UUID ${uuid} already exists.`,
    name: `A deploy template with name ${name} already exists.`,
  };
}
