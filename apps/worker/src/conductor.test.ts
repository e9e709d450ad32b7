import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openDatabase, type Database } from '#database/client.js';
import { driverOffers, parseOffers } from '#domain/driver-offers.js';
import { startPostgres, type TestPostgres } from '../../../test/support/postgres.js';
import { ConductorRow } from './conductor.js';

vi.setConfig({ hookTimeout: 60_000 });

let postgres: TestPostgres;
let database: Database;

beforeAll(async () => {
  postgres = await startPostgres();
  database = openDatabase(postgres.url, { poolSize: 2 });
});
afterAll(async () => {
  await database.$disconnect();
  await postgres.stop();
});

const silent = pino({ level: 'silent' });
const identity = { hostname: 'worker-1', conductorGroup: 'rack1', offers: driverOffers({ hardwareTypes: ['ipmi'] }) };

test('a worker has one row, online while it runs, also when it comes back with other drivers', async () => {
  const first = new ConductorRow(database, identity, silent);
  await first.start();
  await first.stop();
  const again = new ConductorRow(
    database,
    { ...identity, offers: driverOffers({ hardwareTypes: ['ipmi', 'fake-hardware'] }) },
    silent,
  );
  await again.start();
  const rows = await database.conductor.findMany();
  expect(rows).toMatchObject([
    { hostname: 'worker-1', conductorGroup: 'rack1', drivers: ['fake-hardware', 'ipmi'], online: true },
  ]);
  expect(parseOffers(rows[0]?.interfaces).ipmi?.deploy).toEqual({ enabled: ['direct', 'ramdisk'], default: 'direct' });
  await again.stop();
  expect(await database.conductor.findMany()).toMatchObject([{ online: false }]);
});

test('a database that is away does not end a worker', async () => {
  const away = openDatabase('postgresql://127.0.0.1:1/none');
  const row = new ConductorRow(away, identity, silent);
  await row.start();
  await row.stop();
  expect(await database.conductor.count()).toBe(1);
});
