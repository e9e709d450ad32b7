import pg from 'pg';

/** What every statement goes through, in whichever form it is given. */
interface Sending {
  query: (this: unknown, ...given: unknown[]) => unknown;
}

/**
 * The statements that this process sends to PostgreSQL while `work` runs, in their order. They are caught where the
 * driver sends them, so whatever Prisma makes of a call is counted as the database sees it. One caller at a time.
 */
export async function statementsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const client: Sending = pg.Client.prototype;
  const { query } = client;
  const statements: string[] = [];
  client.query = function (this: unknown, ...given) {
    statements.push(textOf(given[0]));
    return query.apply(this, given);
  };
  try {
    await work();
  } finally {
    client.query = query;
  }
  return statements;
}

function textOf(statement: unknown): string {
  if (typeof statement === 'string') return statement;
  if (typeof statement !== 'object' || statement === null || !('text' in statement)) return 'unknown statement';
  return String(statement.text);
}
