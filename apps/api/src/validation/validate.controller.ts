import { Controller, Get, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#database/client.js';
import type { SecretBox } from '#database/secrets.js';
import { Policy } from '../auth/policy.js';
import { invalid, notAcceptable } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { Described } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { asUuid } from '../resource/names.js';
import { parseArguments } from '../resource/schema-error.js';
import { DATABASE, SECRETS } from '../tokens.js';
import { validateInterfaces } from './interfaces.js';
import { validatedNode } from './validated-node.js';

const byQuery = z.object({ node: argument.uuidOrName(), node_uuid: argument.uuid() });
const noArguments = z.object({});
const validationAnswer = z.record(z.string(), z.object({ result: z.boolean(), reason: z.string().optional() }));

/** GET /v1/nodes/{ident}/validate, also with the node in the query. */
@Controller('v1/nodes')
export class ValidateController {
  readonly #database: Database;
  readonly #secrets: SecretBox;
  readonly #finder: NodeFinder;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(SECRETS) secrets: SecretBox,
    @Inject(NodeFinder) finder: NodeFinder,
  ) {
    this.#database = database;
    this.#secrets = secrets;
    this.#finder = finder;
  }

  @Get('validate')
  @Policy('baremetal:node:validate')
  @Described({ summary: 'Validate a node named in the query', query: byQuery, answer: { schema: validationAnswer } })
  query(@ThisCall() call: Call) {
    const { node, node_uuid: uuid } = parseArguments(byQuery, call.query);
    const ident = uuid ?? node;
    if (ident === null) throw invalid('Expected a logical name or UUID but received None.');
    if (!call.allows('behaviour.nodeByName') && asUuid(ident) === undefined) throw notAcceptable();
    return this.#validate(ident, call);
  }

  @Get(':ident/validate')
  @Policy('baremetal:node:validate')
  @Described({ summary: 'Validate the interfaces of a node', answer: { schema: validationAnswer } })
  path(@Param('ident') ident: string, @ThisCall() call: Call) {
    parseArguments(noArguments, call.query);
    return this.#validate(ident, call);
  }

  async #validate(ident: string, call: Call) {
    const node = await this.#finder.row(ident, call);
    const ports = await this.#database.port.count({ where: { nodeId: node.id } });
    const traits = node.traits.map(({ trait }) => trait);
    return validateInterfaces(validatedNode(node, traits, this.#secrets, ports));
  }
}
