import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyMigrations } from '#database/migrate.js';
import { defaultCacheDir, homeAt, type Home } from '../home.js';
import { choosePort } from '../machine/ports.js';
import { findRunUser } from '../machine/run-user.js';
import { Supervisor } from '../supervisor/supervisor.js';
import { prepareCluster } from './cluster.js';
import { preparePostgres } from './programs.js';

let home: Home;
const cacheDir = defaultCacheDir(process.env, process.getuid?.() === 0);
const prepare = async () =>
  prepareCluster(
    home,
    await preparePostgres(cacheDir),
    await choosePort('127.0.0.1', undefined, new Set()),
    findRunUser(home.postgresDir),
  );

beforeEach(() => {
  const dir = mkdtempSync(path.join(tmpdir(), 'temper-cluster-'));
  chmodSync(dir, 0o755);
  home = homeAt(dir);
});

afterEach(() => rmSync(home.dir, { recursive: true }));

it('refuses data that another major version made, and says so', async () => {
  const data = path.join(home.postgresDir, 'data');
  mkdirSync(data, { recursive: true });
  writeFileSync(path.join(data, 'PG_VERSION'), '17\n');
  await expect(prepare()).rejects.toThrow(
    `The database in ${data} was made by PostgreSQL 17 and this Temper brings PostgreSQL 18: dump it with the Temper that made it and restore it into a new home, or choose another home with --home.`,
  );
});

describe('a running cluster', () => {
  it('serves with a password only, keeps its data closed, and takes all migrations', async () => {
    const supervisor = new Supervisor(home);
    try {
      const { spec, databaseUrl } = await prepare();
      await supervisor.start(spec);
      expect(statSync(path.join(home.postgresDir, 'data')).mode & 0o077).toBe(0);
      expect(statSync(home.postgresPasswordFile).mode & 0o077).toBe(0);
      const wrong = new URL(databaseUrl);
      wrong.password = 'wrong';
      await expect(new pg.Client({ connectionString: wrong.href }).connect()).rejects.toThrow(
        'password authentication failed',
      );
      await migratesAsPrismaDoes(databaseUrl);
    } finally {
      await supervisor.stop(AbortSignal.timeout(10_000));
    }
  }, 60_000);

  async function migratesAsPrismaDoes(url: string): Promise<void> {
    const announced: string[] = [];
    const both = await Promise.all([
      applyMigrations(url, { onApplied: (name) => announced.push(name) }),
      applyMigrations(url, { onApplied: (name) => announced.push(name) }),
    ]);
    const names = readdirSync('prisma/migrations').filter((name) => /^\d/.test(name));
    expect(both.flat().toSorted()).toEqual(names.toSorted());
    expect(announced).toEqual(names);
    expect(await applyMigrations(url)).toEqual([]);
    await refusesWhatItDoesNotKnow(url);
  }

  async function refusesWhatItDoesNotKnow(url: string): Promise<void> {
    const folder = path.join(home.dir, 'migrations');
    const migration = (name: string, sql: string): void => {
      mkdirSync(path.join(folder, name), { recursive: true });
      writeFileSync(path.join(folder, name, 'migration.sql'), sql);
    };
    const fresh = new URL(url);
    fresh.pathname = '/fresh';
    await query(url, 'CREATE DATABASE fresh');
    migration('1_one', 'CREATE TABLE one (id int);');
    migration('2_two', 'CREATE TABLE two (id int); SELECT 1/0;');
    await expect(applyMigrations(fresh.href, { folder })).rejects.toThrow(
      'Migration 2_two failed and was taken back (division by zero): correct the database or the file and start again.',
    );
    expect(await query(fresh.href, `SELECT to_regclass('one') AS one, to_regclass('two') AS two`)).toEqual([
      { one: 'one', two: null },
    ]);
    migration('2_two', 'CREATE TABLE two (id int);');
    expect(await applyMigrations(fresh.href, { folder })).toEqual(['2_two']);
    migration('1_one', 'CREATE TABLE other (id int);');
    await expect(applyMigrations(fresh.href, { folder })).rejects.toThrow('Migration 1_one was changed after');
    rmSync(path.join(folder, '1_one'), { recursive: true });
    await expect(applyMigrations(fresh.href, { folder })).rejects.toThrow(
      'The database has migration 1_one, which this version of Temper does not know',
    );
  }

  async function query(url: string, sql: string): Promise<readonly unknown[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }
});
