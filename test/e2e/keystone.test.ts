import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startTestApi, type TestApi } from '../support/api.js';
import { peerMissing } from '../support/peers.js';
import { installPythonPeer } from './support/python-peer.js';

// A login takes Keystone a second, and its first request several.
vi.setConfig({ testTimeout: 60_000 });

const password = 'a-password-for-tests';
const service = fileURLToPath(new URL('support/keystone-serve.py', import.meta.url));

let missing: string | undefined;
let folder: string;
let keystone: ChildProcess | undefined;
let keystoneUrl: string;
let api: TestApi | undefined;

beforeAll(async () => {
  const peer = await installPythonPeer('keystone==30.0.0');
  if (typeof peer === 'string') {
    missing = peer;
    return;
  }
  folder = await mkdtemp(path.join(tmpdir(), 'temper-keystone-'));
  const child = spawn(peer.python, [service, folder, password], {
    env: peer.environment(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  keystone = child;
  const [line]: unknown[] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  if (!Buffer.isBuffer(line)) throw new Error(`Keystone does not start; ${folder}/keystone.log may say why.`);
  keystoneUrl = `http://127.0.0.1:${line.toString().trim()}/v3`;
  api = await startTestApi(undefined, {
    TEMPER_AUTH_STRATEGY: 'keystone',
    TEMPER_KEYSTONE_AUTH_URL: keystoneUrl,
    TEMPER_KEYSTONE_USERNAME: 'admin',
    TEMPER_KEYSTONE_PASSWORD: password,
    TEMPER_KEYSTONE_PROJECT_NAME: 'admin',
    TEMPER_KEYSTONE_CACHE_SECONDS: '0',
  });
}, 600_000);

afterAll(async () => {
  await api?.stop();
  keystone?.kill();
  if (folder !== undefined) await rm(folder, { recursive: true });
}, 60_000);

beforeEach((context) => {
  if (missing !== undefined) peerMissing(context, missing);
});

async function login(scope: object): Promise<string> {
  const identity = {
    methods: ['password'],
    password: { user: { name: 'admin', password, domain: { id: 'default' } } },
  };
  const response = await fetch(`${keystoneUrl}/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth: { identity, scope } }),
  });
  expect(response.status).toBe(201);
  return response.headers.get('x-subject-token') ?? '';
}

const ofSystem = () => login({ system: { all: true } });
const ofProject = () => login({ project: { name: 'admin', domain: { id: 'default' } } });

async function statusOf(token: string, resource: string): Promise<number> {
  const response = await fetch(`${api?.url}/v1/${resource}`, { headers: { 'X-Auth-Token': token } });
  return response.status;
}

test('a token of the system may see the whole deployment', async () => {
  expect(await statusOf(await ofSystem(), 'drivers')).toBe(200);
});

test('a token of a project may see its own', async () => {
  const token = await ofProject();
  expect(await statusOf(token, 'nodes')).toBe(200);
  expect(await statusOf(token, 'drivers')).toBe(403);
});

test('a revoked token and one that nobody has issued are refused', async () => {
  const token = await ofSystem();
  expect(await statusOf(token, 'nodes')).toBe(200);
  const headers = { 'X-Auth-Token': token, 'X-Subject-Token': token };
  expect((await fetch(`${keystoneUrl}/auth/tokens`, { method: 'DELETE', headers })).status).toBe(204);
  expect(await statusOf(token, 'nodes')).toBe(401);
  expect(await statusOf('gAAAAABmade-up', 'nodes')).toBe(401);
});
