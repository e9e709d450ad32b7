import { Controller, Get, Inject } from '@nestjs/common';
import type { Database } from '#database/client.js';
import { Policy } from '../auth/policy.js';
import { unavailable } from '../errors/api-error.js';
import { Described } from '../openapi/described.js';
import { DATABASE } from '../tokens.js';
import { z } from 'zod';

const healthAnswer = z.object({ status: z.literal('ok') });

/** For supervisors and load balancers; not part of Ironic's API. */
@Controller()
export class HealthController {
  readonly #database: Database;

  constructor(@Inject(DATABASE) database: Database) {
    this.#database = database;
  }

  /** The process runs. */
  @Get('healthz')
  @Policy('public')
  @Described({ summary: 'Tell that the process runs', answer: { schema: healthAnswer } })
  alive() {
    return { status: 'ok' };
  }

  /** Requests can be served: the database answers. Temporal may be away; verbs are then accepted and run later. */
  @Get('readyz')
  @Policy('public')
  @Described({ summary: 'Tell that requests can be served', answer: { schema: healthAnswer } })
  async ready() {
    try {
      await this.#database.$queryRaw`SELECT 1`;
    } catch {
      throw unavailable('The database does not answer; check DATABASE_URL and that PostgreSQL runs.');
    }
    return { status: 'ok' };
  }
}
