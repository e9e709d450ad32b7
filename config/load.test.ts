import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig, type LoadOptions } from './load.js';
import { ConfigError } from './problem.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'temper-config-'));
});
afterEach(() => rmSync(home, { recursive: true }));

test('nothing has to be said', () => {
  const { config, file, origins } = loadConfig({ env: {}, homeDir: home });
  expect(file).toBeUndefined();
  expect(config.log.level).toBe('info');
  expect(origins.get('log.level')).toEqual({ kind: 'default' });
});

test("the home's file is read, and says by line where a value came from", () => {
  const file = write('# ours\nlog:\n  level: debug\n');
  const { config, origins } = loadConfig({ env: {}, homeDir: home });
  expect(config.log.level).toBe('debug');
  expect(origins.get('log.level')).toEqual({ kind: 'file', file, line: 3 });
});

test('a file that the command names wins over TEMPER_CONFIG, and that over the home', () => {
  write('log: {level: debug}');
  const byVariable = write('log: {level: warn}', 'b.yaml');
  const byOption = write('log: {level: error}', 'c.yaml');
  const env = { TEMPER_CONFIG: byVariable };
  expect(loadConfig({ env, homeDir: home }).config.log.level).toBe('warn');
  expect(loadConfig({ env, homeDir: home, file: byOption }).config.log.level).toBe('error');
});

test('the environment wins over the file', () => {
  write('log: {level: debug}\nfake: {power_delay: 2}');
  const { config, origins } = loadConfig({
    env: { TEMPER_LOG_LEVEL: 'trace', TEMPER_FAKE_DEPLOY_DELAY: '1,5' },
    homeDir: home,
  });
  expect(config).toMatchObject({ log: { level: 'trace' }, fake: { power_delay: '2', deploy_delay: '1,5' } });
  expect(origins.get('log.level')).toEqual({ kind: 'environment', variable: 'TEMPER_LOG_LEVEL' });
});

test('an empty variable counts as not set, and so does a key with nothing behind it', () => {
  write('log:\n  level:\nfake:\n');
  expect(loadConfig({ env: { TEMPER_LOG_LEVEL: '' }, homeDir: home }).config.log.level).toBe('info');
});

test('all problems are told at once, with their lines, and no value', () => {
  const file = write(
    'log:\n  level: hidden\n  levle: info\nfaek:\n  x: 1\nfake:\n  power_delay: hidden\n  level: debug\n',
  );
  const message = problemsOf({ env: { TEMPER_FAKE_BOOT_DELAY: 'hidden', TEMPER_LOG_LEVLE: 'hidden' }, homeDir: home });
  expect(message.split('\n')).toEqual([
    `log.level (${file}:2): must be one of fatal, error, warn, info, debug, trace, silent.`,
    `log.levle (${file}:3): is no key of this section; did you mean level.`,
    `faek (${file}:4): is no section; did you mean fake.`,
    expect.stringContaining(`fake.power_delay (${file}:7): must be seconds`),
    `fake.level (${file}:8): is no key of this section; it belongs to log.`,
    'TEMPER_LOG_LEVLE: sets nothing; did you mean TEMPER_LOG_LEVEL.',
    expect.stringContaining('fake.boot_delay (TEMPER_FAKE_BOOT_DELAY): must be seconds'),
  ]);
  expect(message).not.toContain('hidden');
});

test('a file that is no YAML, or no sections, is told by its line', () => {
  const file = write('log:\n  level: [\n');
  expect(problemsOf({ env: {}, homeDir: home })).toContain(`${file}:3: is no YAML here`);
  write('- log\n');
  expect(problemsOf({ env: {}, homeDir: home })).toContain('must hold sections such as "api:" with keys.');
  write('log: debug\n');
  expect(problemsOf({ env: {}, homeDir: home })).toContain(`log (${file}:1): must hold keys`);
});

test('a password that means something to YAML is told by its line, and not shown', () => {
  for (const password of ['*hidden', '|hidden', '>hidden', '@hidden', '"a" hidden']) {
    const file = write(`keystone:\n  password: ${password}\n`);
    const message = problemsOf({ env: {}, homeDir: home });
    expect(message).toContain(`${file}:2`);
    expect(message).not.toContain('hidden');
  }
});

test('a file that was named must be there', () => {
  expect(problemsOf({ env: { TEMPER_CONFIG: path.join(home, 'none.yaml') } })).toMatch(/none\.yaml: cannot be read/);
});

test('what was read cannot be changed', () => {
  const { config } = loadConfig({ env: {} });
  expect(Object.isFrozen(config) && Object.isFrozen(config.log)).toBe(true);
});

function write(text: string, name = 'temper.yaml'): string {
  const file = path.join(home, name);
  writeFileSync(file, text);
  return file;
}

function problemsOf(options: LoadOptions): string {
  try {
    loadConfig(options);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}
