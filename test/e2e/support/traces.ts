import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import type { Haystack } from './leaks.js';
import type { Product } from './product.js';

/** The history and the description of every flow, with all payloads, memos and failures decoded. */
export async function historyTraces(temporal: Client): Promise<readonly Haystack[]> {
  const traces: Haystack[] = [];
  for await (const { workflowId, runId, type } of temporal.workflow.list()) {
    const handle = temporal.workflow.getHandle(workflowId, runId);
    const place = `${type} ${workflowId}`;
    traces.push({ place: `history of ${place}`, text: textsIn(await handle.fetchHistory()).join('\n') });
    traces.push({ place: `description of ${place}`, text: textsIn((await handle.describe()).raw).join('\n') });
  }
  return traces;
}

/** Every string in a message of Temporal's, its bytes read as text: payloads are JSON in bytes. */
export function textsIn(message: unknown): readonly string[] {
  if (typeof message === 'string') return [message];
  if (message instanceof Uint8Array) return [Buffer.from(message).toString('utf8')];
  if (typeof message !== 'object' || message === null) return [];
  return Object.entries(message).flatMap(([key, value]) => [key, ...textsIn(value)]);
}

/** All rows of all tables as text: what a dump of the database shows. */
export async function databaseTraces(product: Product): Promise<readonly Haystack[]> {
  const tables = await product.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename");
  return Promise.all(
    tables.map(async ({ tablename }) => {
      const rows = await product.rows(`SELECT to_json(t)::text AS line FROM "${String(tablename)}" t`);
      return { place: `table ${String(tablename)}`, text: rows.map(({ line }) => String(line)).join('\n') };
    }),
  );
}

/** What the processes wrote: their logs, what the command printed, and the files of Temporal's own database. */
export function fileTraces(product: Product): readonly Haystack[] {
  const { logsDir, temporalDir } = product.home;
  const read = (dir: string): Haystack[] =>
    readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => ({ place: `file ${name}`, text: readFileSync(path.join(dir, name), 'latin1') }));
  return [...read(logsDir), ...read(temporalDir), { place: 'output of temper up', text: product.lines.join('\n') }];
}

const versions = [null, '1.1', '1.31', '1.95', '1.115'];

/** What the API and the boot listener answer about these machines, at old and new versions, and what they refuse. */
export async function answerTraces(
  product: Product,
  machines: readonly { readonly name: string; readonly mac: string }[],
): Promise<readonly Haystack[]> {
  const general = [
    '/',
    '/v1',
    '/v1/nodes',
    '/v1/nodes/detail',
    '/v1/ports/detail',
    '/v1/conductors',
    '/v1/drivers/ipmi',
  ];
  const paths = [...general];
  for (const { name, mac } of machines) paths.push(...(await pathsOf(product, name, mac)));
  const traces: Haystack[] = [];
  for (const version of versions) {
    for (const asked of paths) {
      const { status, text, headers } = await product.api.ask('GET', asked, { version });
      const place = `answer ${status} to GET ${asked} at ${version ?? 'no version'}`;
      traces.push({ place, text: [...headers].flat().join('\n') + text });
    }
  }
  for (const { mac } of machines) {
    for (const asked of ['/boot.ipxe', `/boot/${mac.replaceAll(':', '-')}`]) {
      const { text } = await product.api.ask('GET', asked, { version: null, base: product.bootUrl });
      traces.push({ place: `boot script ${asked}`, text });
    }
  }
  traces.push({ place: 'answers to the test', text: product.api.answers.join('\n') });
  return traces;
}

async function pathsOf({ api }: Product, name: string, mac: string): Promise<readonly string[]> {
  const node = `/v1/nodes/${name}`;
  const operations = await api.operations(name);
  const { uuid } = await api.node(name);
  return [
    ...['', '/states', '/validate', '/history?detail=true', '/ports', '/operations', '/traits', '/vifs'].map(
      (part) => node + part,
    ),
    ...operations.map((operation) => `${node}/operations/${operation.uuid}`),
    // The token of a boot is given out once; this is not the first look-up.
    `/v1/lookup?addresses=${mac}`,
    `/v1/lookup?node_uuid=${uuid}`,
  ];
}
