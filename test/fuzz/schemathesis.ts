import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { PythonPeer } from '../e2e/support/python-peer.js';

/** The fuzzer, in the version that the harness was made for. */
export const requirement = 'schemathesis==4.32.5';

const checks = ['not_a_server_error', 'response_schema_conformance', 'content_type_conformance'];

/** What one run of the fuzzer is to do. */
export interface FuzzRun {
  readonly url: string;
  /** `1.61`. */
  readonly version: string;
  readonly document: unknown;
  /** Generated requests for each operation, at most. */
  readonly examples: number;
  /** `coverage`, `fuzzing`, `stateful`. */
  readonly phases: readonly string[];
  readonly seed: number;
  /** Where files go. */
  readonly dir: string;
}

/** What it came to. */
export interface FuzzOutcome {
  readonly requests: number;
  /** Valid requests that the API carried out. */
  readonly accepted: number;
  /** What the checks found, as the fuzzer tells it; empty when they found nothing. */
  readonly failures: string;
}

const reportSchema = z.looseObject({
  complete: z.boolean(),
  test_cases: z.looseObject({ generated: z.number() }),
  failures: z.array(z.unknown()),
  errors: z.array(z.unknown()),
  valid_rates: z.record(z.string(), z.record(z.string(), z.looseObject({ accepted: z.number() }))).default({}),
});

/** Lets the fuzzer send valid and invalid requests of one version. @throws Error when it did not run to its end */
export async function fuzz(peer: PythonPeer, run: FuzzRun): Promise<FuzzOutcome> {
  const documentFile = path.join(run.dir, `openapi-${run.version}.json`);
  const reportFile = path.join(run.dir, `report-${run.version}-${run.seed}.json`);
  writeFileSync(documentFile, JSON.stringify(run.document));
  const options = {
    url: run.url,
    header: `X-OpenStack-Ironic-API-Version: ${run.version}`,
    checks: checks.join(','),
    phases: run.phases.join(','),
    mode: 'all',
    'max-examples': run.examples,
    seed: run.seed,
    // CPython 3.11 can fail to compile in several threads at once ("AST constructor recursion depth mismatch").
    workers: 1,
    'request-timeout': 60,
    warnings: 'off',
    report: 'json',
    'report-json-path': reportFile,
  };
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(
    path.join(peer.bin, 'st'),
    ['--no-color', 'run', documentFile, ...args, '--continue-on-failure', '--no-shrink', '--suppress-health-check=all'],
    { cwd: run.dir, env: peer.environment({ NO_COLOR: '1' }), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const report = reportSchema.safeParse(readJson(reportFile)).data;
  if (!report?.complete) throw new Error(`${requirement} did not run to its end:\n${stdout}\n${stderr}`);
  const found = report.failures.length + report.errors.length;
  const rates = Object.values(report.valid_rates).flatMap((phases) => Object.values(phases));
  return {
    requests: report.test_cases.generated,
    accepted: rates.reduce((sum, rate) => sum + rate.accepted, 0),
    failures: found === 0 ? '' : failuresIn(stdout),
  };
}

function failuresIn(output: string): string {
  const start = output.search(/^=+ (?:FAILURES|ERRORS) =+$/m);
  const end = output.search(/^=+ SUMMARY =+$/m);
  return output.slice(Math.max(start, 0), end < 0 ? undefined : end).trim();
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
