import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import bcrypt from 'bcryptjs';
import { fastify, type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeRequests } from '../http/request-hooks.js';
import { authenticateRequests } from './authenticate-hook.js';
import { createAuthenticator } from './authenticator.js';
import { PasswordChecker } from './password-checker.js';

let folder: string;
let file: string;
let app: FastifyInstance;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'temper-users-'));
  file = path.join(folder, 'htpasswd');
  await users({ admin: 'secret', zoë: 'pa:ss' });
  app = start();
});

afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

/** Writes the file as `htpasswd -B` does, in one step. */
async function users(passwords: Readonly<Record<string, string>>): Promise<void> {
  const lines = Object.entries(passwords).map(
    ([user, password]) => `${user}:${bcrypt.hashSync(password, 4).replace(/^\$2[ab]/, '$2y')}`,
  );
  await writeFile(`${file}.new`, `${lines.join('\n')}\n`);
  await rename(`${file}.new`, file);
}

function start(): FastifyInstance {
  const server = fastify();
  const config = { strategy: 'http_basic', userFile: file } as const;
  describeRequests(server);
  authenticateRequests(server, createAuthenticator(config, pino({ level: 'silent' })));
  server.get('/v1/nodes', (request) => request.caller);
  return server;
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

async function ask(authorization?: string, headers: Record<string, string> = {}) {
  return app.inject({
    url: '/v1/nodes',
    headers: authorization === undefined ? headers : { ...headers, authorization },
  });
}

describe('a login', () => {
  test('with the right password is that user, whom no rule binds', async () => {
    expect((await ask(basic('admin', 'secret'))).json()).toMatchObject({ bound: false, userId: 'admin' });
    expect((await ask(basic('zoë', 'pa:ss'))).json()).toMatchObject({ userId: 'zoë' });
  });

  test('is not another user because a header says so', async () => {
    const reply = await ask(basic('admin', 'secret'), { 'x-user-id': 'somebody', 'x-project-id': 'theirs' });
    expect(reply.json()).toMatchObject({ userId: 'admin', projectId: null });
  });

  // Texts and headers of Ironic 39 with auth_strategy http_basic.
  test.each([
    [undefined, 401, 'Authorization required'],
    [basic('admin', 'wrong'), 401, 'Incorrect username or password'],
    [basic('nobody', 'secret'), 401, 'Incorrect username or password'],
    ['Bearer x', 400, 'Unsupported authorization type "Bearer"'],
    ['Basic', 400, 'Could not parse Authorization header'],
    ['Basic !!', 400, 'Could not decode authorization token'],
    ['Basic YWRtaW4=', 400, 'Could not decode authorization token'],
  ])('%s is answered %i', async (authorization, code, message) => {
    const reply = await ask(authorization);
    expect(reply.statusCode).toBe(code);
    expect(reply.body).toBe(JSON.stringify({ error: { message, code } }));
    expect(reply.headers['content-type']).toBe('application/json');
    expect(reply.headers['www-authenticate']).toBe(code === 401 ? 'Basic realm="Baremetal API"' : undefined);
  });
});

describe('the user file', () => {
  test('is read again when it changes: who left is refused, who came is let in', async () => {
    expect((await ask(basic('admin', 'secret'))).statusCode).toBe(200);
    await users({ admin: 'another', eve: 'new' });
    expect((await ask(basic('admin', 'secret'))).statusCode).toBe(401);
    expect((await ask(basic('admin', 'another'))).statusCode).toBe(200);
    expect((await ask(basic('eve', 'new'))).statusCode).toBe(200);
  });

  test('that is gone lets nobody in', async () => {
    expect((await ask(basic('admin', 'secret'))).statusCode).toBe(200);
    await rm(file);
    const reply = await ask(basic('admin', 'secret'));
    expect(reply.statusCode).toBe(500);
    expect(reply.json()).toEqual({ error: { message: 'Problem reading auth user file', code: 500 } });
  });

  test('with another digest than bcrypt is refused at the start, by the name of the user', async () => {
    await writeFile(file, 'old:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n');
    expect(start).toThrow('Only bcrypt digested passwords are supported for old');
  });

  test('with such a user added later keeps only that user out', async () => {
    await writeFile(file, `old:plain\nadmin:${bcrypt.hashSync('secret', 4)}\n`);
    expect((await ask(basic('old', 'plain'))).statusCode).toBe(401);
    expect((await ask(basic('admin', 'secret'))).statusCode).toBe(200);
  });

  test('that does not exist is said at the start', async () => {
    await rm(file);
    expect(start).toThrow('The user file of http_basic cannot be read');
  });
});

test('a flood of logins is cut short: what is too much is to be tried again', async () => {
  const checker = new PasswordChecker();
  const hash = bcrypt.hashSync('secret', 4);
  const checks = Array.from({ length: 250 }, (_, index) => checker.matches('admin', `wrong-${index}`, hash));
  const outcomes = await Promise.allSettled(checks);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(200);
  expect(outcomes.filter((outcome) => outcome.status === 'rejected' && outcome.reason.status === 503)).toHaveLength(50);
  expect(await checker.matches('admin', 'secret', hash)).toBe(true);
  await checker.close();
});
