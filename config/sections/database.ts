import { option, section, types } from '../option.js';

/** PostgreSQL. */
export const databaseSection = section('PostgreSQL.', {
  url: option(
    types
      .text()
      .refine((text) => /^postgres(ql)?:\/\//.test(text), {
        error: 'must be "postgresql://user:password@host/database"',
      })
      .optional(),
    {
      meaning: 'The database. Without it `temper up` runs a PostgreSQL of its own; API and worker alone need it.',
      ironic: '[database]connection',
      env: ['DATABASE_URL'],
      presetText: "`temper up`'s own",
    },
  ),
  prepared_statements: option(types.flag().default(true), {
    meaning:
      'Let connections keep the plans of the most frequent queries. Set it to false behind a pooler that lends connections by transaction and does not know prepared statements (PgBouncer before 1.21).',
  }),
  api_pool_size: option(types.whole(1, 1_000).default(10), {
    meaning: 'Connections that the API keeps at most.',
    unit: 'connections',
    ironic: '[database]max_pool_size',
  }),
  worker_pool_size: option(types.whole(1, 1_000).default(20), {
    meaning: 'Connections that a worker keeps at most; more only wait for the same rows.',
    unit: 'connections',
    ironic: '[database]max_pool_size',
  }),
});
