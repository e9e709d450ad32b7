import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, test, type TestContext } from 'vitest';
import { installPythonPeer, type PythonPeer } from '../e2e/support/python-peer.js';
import { Product } from '../e2e/support/product.js';
import { peerMissing } from '../support/peers.js';
import { parseOpenApi, sharpen, type OpenApi } from './document.js';
import { identifiersOf } from './identifiers.js';
import { makeFamily, type Family } from './objects.js';
import { rowsOf } from './rows.js';
import { fuzz, requirement } from './schemathesis.js';
import { bringIntoStates } from './states.js';

/*
 * Requests that nobody would send, valid ones among them, made by schemathesis from the API's own document, against the
 * whole product with real rows. `npm run test:fuzz` sends 10,000; without it, as in `npm test`, some hundreds.
 */

const minute = 60_000;
const versions = ['1.1', '1.61', '1.115'];
const wanted = Number(process.env['TEMPER_FUZZ_REQUESTS'] ?? 450);
const bounded = wanted < 5000;
/** `coverage` tries every edge of every schema, some 6,000 requests at 1.115: ask for it by TEMPER_FUZZ_PHASES. */
const phases = process.env['TEMPER_FUZZ_PHASES']?.split(',') ?? (bounded ? ['fuzzing'] : ['fuzzing', 'stateful']);
const firstSeed = Number(process.env['TEMPER_FUZZ_SEED'] ?? 1);

let peer: PythonPeer | string;
let product: Product | undefined;
const dir = mkdtempSync(path.join(tmpdir(), 'temper-fuzz-'));

beforeAll(async () => {
  peer = await installPythonPeer(requirement);
  if (typeof peer !== 'string') product = await Product.start();
}, 5 * minute);

afterAll(async () => {
  await product?.remove();
  rmSync(dir, { recursive: true, force: true });
}, minute);

function ready(context: TestContext): { readonly peer: PythonPeer; readonly product: Product } {
  if (typeof peer === 'string') return peerMissing(context, peer);
  if (!product) throw new Error('The product did not start.');
  return { peer, product };
}

/** The document of a version, which names real objects but none of the witnesses. */
async function sharpDocument({ api }: Product, version: string, witness: Family): Promise<OpenApi> {
  const document = parseOpenApi((await api.ask('GET', '/v1/openapi.json', { version })).json);
  const get = async (url: string) => (await api.ask('GET', url, { version: versions.at(-1) ?? null })).json;
  sharpen(document, await identifiersOf(document, get, new Set(witness.identifiers)));
  return document;
}

/** Lines of the API's log that tell of an answer of 500 or more, or of an error. */
function errorsInLog({ home }: Product): readonly string[] {
  const lines = readFileSync(path.join(home.logsDir, 'api.log'), 'utf8').split('\n');
  return lines.filter((line) => /"level":[56]0\b|"status":5\d\d\b/.test(line));
}

describe.sequential.each(versions)('requests of %s', (version) => {
  test(
    'meet no server error and no answer but what the document says, and leave other objects alone',
    async (context) => {
      const { expect } = context;
      const { peer, product } = ready(context);
      const name = `v${version.replace('.', '-')}`;
      const first = 100 * versions.indexOf(version);
      const witness = await makeFamily(product.api, `${name}-witness`, first + 99);
      const families = await Promise.all(
        Array.from({ length: bounded ? 8 : 24 }, (_, index) =>
          makeFamily(product.api, `${name}-${index}`, first + index),
        ),
      );
      await bringIntoStates(
        product.api,
        families.map(({ node }) => node),
      );
      const before = await rowsOf(product, witness);

      let sent = 0;
      let accepted = 0;
      const failures: string[] = [];
      for (let round = 0; sent < wanted / versions.length && failures.length === 0; round++) {
        const document = await sharpDocument(product, version, witness);
        const operations = Object.values(document.paths).flatMap((item) => Object.keys(item)).length;
        const outcome = await fuzz(peer, {
          url: product.api.url,
          version,
          document,
          examples: Math.max(1, Math.ceil((wanted / versions.length - sent) / operations)),
          phases: round === 0 ? phases : ['fuzzing'],
          seed: firstSeed + round,
          dir,
        });
        sent += outcome.requests;
        accepted += outcome.accepted;
        if (outcome.failures !== '') failures.push(outcome.failures);
      }
      process.stdout.write(`schemathesis sent ${sent} requests of ${version}; ${accepted} were carried out\n`);

      expect(failures).toEqual([]);
      // Else the objects were gone, or the document is of no use, and nothing was tried.
      expect(accepted).toBeGreaterThan(sent / 20);
      expect(errorsInLog(product)).toEqual([]);
      expect(await rowsOf(product, witness)).toEqual(before);
    },
    60 * minute,
  );
});

test(
  'an answer that the document does not promise is noticed',
  async (context) => {
    const { expect } = context;
    const { peer, product } = ready(context);
    const document = parseOpenApi((await product.api.ask('GET', '/v1/openapi.json')).json);
    const run = {
      url: product.api.url,
      version: '1.115',
      examples: 1,
      phases: ['fuzzing'],
      seed: 1,
      dir,
    } as const;
    const only = (schema: object) => ({
      ...document,
      paths: {
        '/healthz': {
          get: { responses: { 200: { description: 'Alive.', content: { 'application/json': { schema } } } } },
        },
      },
    });
    expect((await fuzz(peer, { ...run, document: only({ type: 'object' }) })).failures).toBe('');
    expect((await fuzz(peer, { ...run, document: only({ type: 'array' }) })).failures).toContain('GET /healthz');
  },
  2 * minute,
);
