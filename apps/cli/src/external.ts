import { Connection } from '@temporalio/client';
import pg from 'pg';
import { messageOf, Problem } from './problem.js';
import { compareVersions, OLDEST_SERVER } from './temporal/version.js';

/** @throws Problem when the database of DATABASE_URL cannot be used; the message holds no password */
export async function mustReachDatabase(url: string): Promise<void> {
  let client: pg.Client | undefined;
  try {
    client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    client.on('error', () => undefined);
    await client.connect();
  } catch (error) {
    throw new Problem(
      `The database of DATABASE_URL (${withoutSecrets(url)}) cannot be used (${messageOf(error)}): start it or correct DATABASE_URL.`,
    );
  } finally {
    await client?.end().catch(() => undefined);
  }
}

/** @throws Problem when the Temporal of TEMPORAL_ADDRESS is out of reach within `patienceMs` or too old */
export async function mustReachTemporal(address: string, patienceMs = 10_000): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: patienceMs }).catch((error: unknown) => {
    throw new Problem(
      `Temporal at ${address} cannot be reached (${messageOf(error)}): start it, correct TEMPORAL_ADDRESS, or unset it to use the embedded one.`,
    );
  });
  try {
    const { serverVersion } = await connection.workflowService.getSystemInfo({});
    // Temporal Cloud tells no version and is always new enough.
    if (serverVersion && compareVersions(serverVersion, OLDEST_SERVER) < 0) {
      throw new Problem(
        `Temporal at ${address} is ${serverVersion}, too old: upgrade it to ${OLDEST_SERVER} or newer, or unset TEMPORAL_ADDRESS to use the embedded one.`,
      );
    }
  } finally {
    await connection.close();
  }
}

function withoutSecrets(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  // In `me:12/3@host` the user is read as a host, and a part of the password as its port.
  if (parsed === undefined || (parsed.username === '' && url.includes('@'))) {
    return 'not a URL; # and / in a password are written %23 and %2F';
  }
  return `${parsed.host}${parsed.pathname}`;
}
