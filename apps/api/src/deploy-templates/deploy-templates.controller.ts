import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { z } from 'zod';
import { Policy } from '../auth/policy.js';
import { invalid, routingError } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described, Undescribed } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { oneArguments, oneFields, refuseFieldsBySchema } from '../resource/one.js';
import { parseArguments } from '../resource/schema-error.js';
import { DeployTemplateFinder } from './deploy-template-finder.js';
import { newTemplate, templateResource } from './deploy-template.schema.js';
import { DeployTemplateService, templateListArguments } from './deploy-template.service.js';

const pathArguments = z.object({ template_ident: argument.uuidOrName() });
const since = 'resource.deployTemplates';

/** `/v1/deploy_templates`, from 1.55 on. */
@Controller('v1/deploy_templates')
export class DeployTemplatesController {
  readonly #templates: DeployTemplateService;
  readonly #finder: DeployTemplateFinder;

  constructor(
    @Inject(DeployTemplateService) templates: DeployTemplateService,
    @Inject(DeployTemplateFinder) finder: DeployTemplateFinder,
  ) {
    this.#templates = templates;
    this.#finder = finder;
  }

  @Get()
  @Policy('baremetal:deploy_template:get')
  @Described({
    summary: 'List the deploy templates',
    since,
    query: templateListArguments,
    answer: { list: templateResource, key: 'deploy_templates' },
  })
  list(@ThisCall() call: Call) {
    refuseOlder(call, 404);
    return this.#templates.list(call);
  }

  @Post()
  @HttpCode(201)
  @Policy('baremetal:deploy_template:create')
  @Described({
    summary: 'Create a deploy template',
    since,
    body: newTemplate,
    status: 201,
    answer: { one: templateResource },
  })
  create(@ThisCall() call: Call) {
    refuseOlder(call, 405);
    return this.#templates.create(call);
  }

  @Patch()
  @Policy('baremetal:deploy_template:update')
  @Undescribed('Only refuses: the path names no object.')
  patchNameless(@ThisCall() call: Call): never {
    refuseOlder(call, 405);
    throw invalid('Missing mandatory parameter: template_ident');
  }

  @Delete()
  @Policy('baremetal:deploy_template:delete')
  @Undescribed('Only refuses: the path names no object.')
  deleteNameless(@ThisCall() call: Call): never {
    refuseOlder(call, 405);
    throw invalid('Missing mandatory parameter: template_ident');
  }

  @Get(':ident')
  @Policy('baremetal:deploy_template:get')
  @Described({ summary: 'Show a deploy template', since, query: oneArguments, answer: { one: templateResource } })
  async one(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOlder(call, 404);
    parseArguments(pathArguments, { template_ident: ident });
    const { fields } = parseArguments(oneArguments, call.query);
    refuseFieldsBySchema(templateResource, fields);
    const shown = oneFields(call, templateResource, fields);
    return this.#templates.view(await this.#finder.row(ident, call), call, shown);
  }

  @Patch(':ident')
  @Policy('baremetal:deploy_template:update')
  @Described({ summary: 'Change a deploy template', since, jsonPatch: true, answer: { one: templateResource } })
  patch(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOlder(call, 405);
    parseArguments(pathArguments, { template_ident: ident });
    return this.#templates.patch(ident, call);
  }

  @Delete(':ident')
  @HttpCode(204)
  @Policy('baremetal:deploy_template:delete')
  @Described({ summary: 'Delete a deploy template', since, status: 204, answer: null })
  async delete(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOlder(call, 405);
    parseArguments(pathArguments, { ...call.query, template_ident: ident });
    await this.#templates.delete(ident, call);
  }
}

/** Before 1.55 the path is not there: Ironic's router says so before anything else is looked at. */
function refuseOlder(call: Call, status: 404 | 405): void {
  if (!call.allows(since)) throw routingError(status, 'The API version does not allow deploy templates');
}
