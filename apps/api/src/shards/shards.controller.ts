import { Controller, Get, Inject } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#database/client.js';
import { Policy } from '../auth/policy.js';
import { notFound } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described, Undescribed } from '../openapi/described.js';
import { parseArguments } from '../resource/schema-error.js';
import { DATABASE } from '../tokens.js';

const noArguments = z.object({});
const shardsAnswer = z.object({ shards: z.array(z.object({ name: z.string(), count: z.int() })) });

/** `/v1/shards`: how many nodes each shard has; those without one are counted as "None". */
@Controller('v1/shards')
export class ShardsController {
  readonly #database: Database;

  constructor(@Inject(DATABASE) database: Database) {
    this.#database = database;
  }

  @Get()
  @Policy('baremetal:shards:get')
  @Described({
    summary: 'List shards',
    description: 'With the number of their nodes.',
    since: 'resource.shards',
    answer: { schema: shardsAnswer },
  })
  async list(@ThisCall() call: Call) {
    if (!call.allows('resource.shards')) throw notFound('The API version does not allow shards');
    parseArguments(noArguments, call.query);
    const counts = await this.#database.node.groupBy({ by: ['shard'], _count: true, orderBy: { shard: 'asc' } });
    const shards = counts.map(({ shard, _count }) => ({ name: shard ?? 'None', count: _count }));
    return { shards: shards.toSorted((a, b) => b.count - a.count) };
  }

  @Get(':name')
  @Policy('baremetal:shards:get')
  @Undescribed('Only refuses: a shard has nothing but its name.')
  one(): never {
    throw notFound('The resource could not be found.');
  }
}
