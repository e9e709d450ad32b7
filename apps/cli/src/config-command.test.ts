import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkConfigFile, configLines } from './config-command.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'temper-config-command-'));
});
afterEach(() => rmSync(home, { recursive: true }));

it('shows values with their origins, and no secrets', () => {
  const file = path.join(home, 'temper.yaml');
  writeFileSync(file, 'api:\n  max_limit: 50\nsecrets:\n  encryption_keys: k1:hidden\n');
  const lines = configLines({ env: { TEMPER_LOG_LEVEL: 'debug' }, homeDir: home }, false);
  expect(lines[0]).toBe(`# ${file}`);
  expect(lines.find((line) => line.startsWith('api.max_limit '))).toMatch(/ 50 +\S+temper\.yaml:2$/);
  expect(lines.find((line) => line.startsWith('api.port '))).toMatch(/ 6385 +default$/);
  expect(lines.find((line) => line.startsWith('log.level '))).toMatch(/ debug +TEMPER_LOG_LEVEL$/);
  expect(lines.join('\n')).not.toContain('hidden');
});

it('shows the same as JSON', () => {
  const [text = ''] = configLines({ env: { TEMPER_API_PORT: '7000' }, homeDir: home }, true);
  const shown: unknown = JSON.parse(text);
  expect(shown).toMatchObject({
    file: null,
    options: { 'api.port': { value: 7000, origin: 'environment', place: 'TEMPER_API_PORT' } },
  });
});

it('checks a file, and says everything that is wrong with it', () => {
  const file = path.join(home, 'other.yaml');
  writeFileSync(file, 'api:\n  port: 6385\n');
  expect(checkConfigFile(file)).toBe(`${file} is in order.`);
  writeFileSync(file, 'api:\n  port: high\n  prot: 1\n');
  expect(() => checkConfigFile(file)).toThrow(/other\.yaml:2\): must be a whole number[^]*did you mean port/);
});

it('is a command of temper', { timeout: 60_000 }, () => {
  execFileSync(process.execPath, ['scripts/setup.mjs', 'build']);
  const file = path.join(home, 'bad.yaml');
  writeFileSync(file, 'api:\n  port: high\n');
  const env = { ...process.env, TEMPER_CONFIG: '', TEMPER_HOME: home };
  const run = (...args: string[]) =>
    execFileSync(process.execPath, ['dist/apps/cli/src/main.js', ...args], { env, stdio: 'pipe' }).toString();
  expect(run('config', 'show')).toContain('api.port');
  const failure = failureOf(() => run('config', 'check', file));
  expect(failure).toMatchObject({ status: 1 });
  expect(String(failure)).toContain('bad.yaml:2): must be a whole number');
  expect(failureOf(() => run('config', 'shwo'))).toMatchObject({ status: 2 });
});

function failureOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
