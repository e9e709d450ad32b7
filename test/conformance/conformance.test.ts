import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Product } from '../e2e/support/product.js';
import { startTestApi, type TestApi } from '../support/api.js';
import { caseNames, flowCases, readCase, readRecording } from './case.js';
import { differences } from './compare.js';
import { knownDifferences } from './known-differences.js';
import { runCase } from './run-case.js';

/*
 * The same requests that were sent to a real Ironic 39, compared with its recorded answers: those that need no worker
 * against an API of their own, the others against the whole product; or all against the server at
 * TEMPER_CONFORMANCE_URL, whose database must be empty.
 */

const given = process.env['TEMPER_CONFORMANCE_URL'];

describe('without workers', () => {
  let api: TestApi | undefined;
  beforeAll(async () => {
    if (given === undefined) api = await startTestApi();
  }, 120_000);
  afterAll(() => api?.stop());

  compareCases(
    caseNames.filter((name) => !flowCases.includes(name)),
    () => given ?? api?.url ?? '',
  );
});

describe('with the whole product', () => {
  let product: Product | undefined;
  beforeAll(async () => {
    // The name by which the cases ask for it.
    if (given === undefined) product = await Product.start({ env: { TEMPER_CONDUCTOR_HOST: 'localhost' } });
  }, 120_000);
  afterAll(() => product?.remove(), 60_000);

  compareCases(flowCases, () => given ?? product?.api.url ?? '');
});

function compareCases(names: readonly string[], url: () => string): void {
  describe.sequential.each(names)('%s', (name) => {
    test('every step is answered as Ironic answers it', { timeout: 300_000 }, async () => {
      const script = readCase(name);
      const recorded = readRecording(name);
      const answers = await runCase(script, caseNames.findIndex((known) => known === name) + 1, url());
      const failed = script.steps.flatMap((step, index) => {
        const [reference, tested] = [recorded[index], answers[index]];
        const found = reference && tested ? differences(step, script, reference, tested) : ['no answer'];
        return found.length === 0 ? [] : [{ step: index + 1, do: step.do, differences: found }];
      });
      const known = knownDifferences[name] ?? [];
      expect(failed.filter(({ step }) => !known.includes(step))).toEqual([]);
      expect(failed.map(({ step }) => step)).toEqual(known);
    });
  });
}
