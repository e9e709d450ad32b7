import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPostgres, type TestPostgres } from '../support/postgres.js';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

it('the migrations make the tables that the Prisma schema describes', async () => {
  const fresh = new URL(postgres.url);
  fresh.pathname = '/from_schema';
  await query(postgres.url, 'CREATE DATABASE from_schema');
  await query(fresh.href, await schemaAsSql(fresh.href));
  expect(await columns(postgres.url)).toEqual(await columns(fresh.href));
  const [migrated, described] = [await indexes(postgres.url), await indexes(fresh.href)];
  // Prisma cannot express partial indexes: they are only in the migrations.
  expect(migrated.filter((index) => !index.includes(' WHERE '))).toEqual(described);
  expect(migrated.filter((index) => index.includes('UNIQUE') && index.includes(' WHERE '))).toHaveLength(1);
}, 60_000);

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function columns(url: string): Promise<Record<string, unknown>[]> {
  return query(
    url,
    `SELECT table_name, column_name, udt_name, is_nullable, column_default FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name <> '_prisma_migrations' ORDER BY 1, 2`,
  );
}

async function indexes(url: string): Promise<string[]> {
  const rows = await query(
    url,
    `SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY 1`,
  );
  return rows.map((row) => String(row['indexdef']));
}

interface SchemaEngine {
  diff(request: object): Promise<{ readonly stdout: string | null }>;
}
/** As much of the standard as is used here; Node's types leave it to those of browsers. */
declare const WebAssembly: {
  instantiate(bytes: Buffer, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

interface EngineGlue {
  __wbg_set_wasm(exports: Record<string, unknown>): void;
  readonly SchemaEngine: {
    new: (datamodels: [string, string][], log: () => void, adapter: unknown) => Promise<SchemaEngine>;
  };
}

/** The SQL of `prisma migrate diff --from-empty`, by the engine's WebAssembly form: the native one is a download. */
async function schemaAsSql(url: string): Promise<string> {
  // Loaded by path: the package exports only a bundler's entry.
  const folder = new URL('../../node_modules/@prisma/schema-engine-wasm', import.meta.url).pathname;
  const glue: EngineGlue = await import(pathToFileURL(path.join(folder, 'schema_engine_bg.js')).href);
  const wasm = readFileSync(path.join(folder, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': { ...glue } });
  glue.__wbg_set_wasm(instance.exports);
  const start = instance.exports['__wbindgen_start'];
  if (typeof start === 'function') start();

  const file = new URL('../../prisma/schema.prisma', import.meta.url).pathname;
  const content = readFileSync(file, 'utf8');
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: url }));
  const engine = await glue.SchemaEngine.new([[file, content]], () => {}, adapter);
  const { stdout } = await engine.diff({
    from: { tag: 'empty' },
    to: { tag: 'schemaDatamodel', files: [{ path: file, content }] },
    script: true,
    shadowDatabaseUrl: null,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return stdout ?? '';
}
