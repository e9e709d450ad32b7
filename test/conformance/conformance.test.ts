import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../support/api.js';
import { caseNames, flowCases, readCase, readRecording } from './case.js';
import { differences } from './compare.js';
import { knownDifferences } from './known-differences.js';
import { runCase } from './run-case.js';

/**
 * The same requests that were sent to a real Ironic 39, compared with its recorded answers. Against the server at
 * TEMPER_CONFORMANCE_URL (with workers) all cases run; without it those that need no worker, against an API of their own.
 */
const running = process.env['TEMPER_CONFORMANCE_URL'];
const cases = caseNames.filter((name) => running !== undefined || !flowCases.includes(name));

let api: TestApi | undefined;

beforeAll(async () => {
  if (running === undefined) api = await startTestApi();
}, 120_000);

afterAll(async () => {
  await api?.stop();
});

describe.sequential.each(cases)('%s', (name) => {
  test('every step is answered as Ironic answers it', { timeout: 300_000 }, async () => {
    const script = readCase(name);
    const recorded = readRecording(name);
    const answers = await runCase(script, caseNames.indexOf(name) + 1, running ?? api?.url ?? '');
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
