import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, it } from 'vitest';

let root: string;

/** A checkout with nothing but the set-up itself and the packages that a test asks for. */
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'temper-checkout-'));
  cpSync('scripts', path.join(root, 'scripts'), { recursive: true });
  needs({});
});

afterEach(() => {
  chmodSync(root, 0o700);
  rmSync(root, { recursive: true });
});

function needs(dependencies: Readonly<Record<string, string>>): void {
  const manifest = { name: 'checkout', version: '1.0.0', workspaces: ['packages/local'], dependencies };
  const remote = Object.entries(dependencies).map(([name, version]) => [
    `node_modules/${name}`,
    { version, resolved: `http://127.0.0.1:1/${name}.tgz`, integrity: `sha512-${Buffer.alloc(64).toString('base64')}` },
  ]);
  const packages = {
    '': manifest,
    'node_modules/local': { resolved: 'packages/local', link: true },
    'packages/local': { name: 'local', version: '1.0.0' },
    ...Object.fromEntries(remote),
  };
  const lock = { name: 'checkout', lockfileVersion: 3, packages };
  mkdirSync(path.join(root, 'packages/local'), { recursive: true });
  writeFileSync(path.join(root, 'packages/local/package.json'), JSON.stringify({ name: 'local', version: '1.0.0' }));
  writeFileSync(path.join(root, 'package.json'), JSON.stringify(manifest));
  writeFileSync(path.join(root, 'package-lock.json'), JSON.stringify(lock));
}

function setUp(user: { readonly uid?: number } = {}): Promise<{ code: number | null; lines: string[] }> {
  return new Promise((resolve) => {
    const env = { ...process.env, npm_config_registry: 'http://127.0.0.1:1', npm_config_fetch_retries: '0' };
    const child = spawn(process.execPath, ['scripts/setup.mjs', 'packages'], { cwd: root, env, ...user });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('close', (code) => resolve({ code, lines: output.split('\n').filter(Boolean) }));
  });
}

it('announces a step with its expected duration, and has nothing to say the second time', async () => {
  expect(await setUp()).toEqual({
    code: 0,
    lines: [
      '[set-up] Installing packages (about 1 minute, 500 MB) ...',
      expect.stringMatching(/^\[set-up\] Installing packages: done in [\d.]+ s$/),
    ],
  });
  expect(await setUp()).toEqual({ code: 0, lines: [] });
});

it('installs again when the lock file asks for something else', async () => {
  await setUp();
  needs({ 'some-package': '1.0.0' });
  expect((await setUp()).lines[0]).toContain('Installing packages');
});

it('says without a network what to do, in one sentence', async () => {
  needs({ 'some-package': '1.0.0' });
  const { code, lines } = await setUp();
  expect(code).toBe(1);
  expect(lines.at(-1)).toBe(
    'temper: The packages could not be installed because npm\'s registry is out of reach (ECONNREFUSED): connect this machine to the network for the first start (or set npm\'s "proxy") and run the same command again.',
  );
});

it('does a step once when two commands start together', async () => {
  const both = await Promise.all([setUp(), setUp()]);
  const lines = both.flatMap((result) => result.lines);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(lines.filter((line) => line.includes('Installing packages ('))).toHaveLength(1);
});

it('goes on after a set-up that was killed', async () => {
  writeFileSync(path.join(root, 'package-lock.json.tmp'), '');
  cpSync('scripts', path.join(root, '.setup'), { recursive: true });
  writeFileSync(path.join(root, '.setup', 'lock'), '4194305');
  expect((await setUp()).code).toBe(0);
  expect(readdirSync(path.join(root, '.setup'))).not.toContain('lock');
});

it('names the owner when this user may not write to the checkout', async () => {
  chmodSync(root, 0o555);
  // Modes do not bind root: then it is tried as "nobody".
  const { lines } = await setUp(process.getuid?.() === 0 ? { uid: 65_534 } : {});
  expect(lines.at(-1)).toMatch(
    /^temper: The set-up of .* is not up to date and this user may not write there: run "npm run build"/,
  );
});
