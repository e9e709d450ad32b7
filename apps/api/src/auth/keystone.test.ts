import { fastify, type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keystoneSection } from '#config/sections/keystone.js';
import { ScriptedKeystone } from '../../../../test/support/scripted-keystone.js';
import { authConfig } from './auth-config.js';
import { authenticateRequests } from './authenticate-hook.js';
import { createAuthenticator } from './authenticator.js';

let keystone: ScriptedKeystone;
let app: FastifyInstance;

beforeEach(async () => {
  keystone = new ScriptedKeystone();
  await keystone.listen();
  app = start({});
});

afterEach(async () => {
  await app.close();
  await keystone.close();
});

/** A server that only says who asks. */
function start(options: { readonly cache_seconds?: number; readonly password?: string }): FastifyInstance {
  const section = keystoneSection.parse({ auth_url: `${keystone.url}/v3/`, password: 'the-password', ...options });
  const server = fastify();
  const config = authConfig({ strategy: 'keystone' }, section);
  authenticateRequests(server, createAuthenticator(config, pino({ level: 'silent' })));
  server.get('/v1/nodes', (request) => request.caller);
  server.get('/v1/lookup', () => 'open');
  return server;
}

async function ask(token?: string, url = '/v1/nodes') {
  return app.inject({ url, headers: token === undefined ? {} : { 'x-auth-token': token } });
}

describe('a token', () => {
  test('of a project tells user, project and roles', async () => {
    const reply = await ask(keystone.issue({ user: 'ada', roles: ['member', 'reader'], project: 'p1' }));
    expect(reply.json()).toMatchObject({
      bound: true,
      userId: 'id-of-ada',
      projectId: 'p1',
      projectName: 'p1',
      systemScope: null,
      roles: ['member', 'reader'],
    });
  });

  test('of the system belongs to no project', async () => {
    const reply = await ask(keystone.issue({ user: 'root', roles: ['admin'] }));
    expect(reply.json()).toMatchObject({ systemScope: 'all', projectId: null, domainId: null });
  });

  test('is validated once while it is remembered', async () => {
    const token = keystone.issue({ user: 'ada', roles: [], project: 'p1' });
    await Promise.all([ask(token), ask(token), ask(token)]);
    await ask(token);
    expect(keystone.validations).toBe(1);
    expect(keystone.logins).toBe(1);
  });

  test('that was revoked is refused when it is no longer remembered', async () => {
    await app.close();
    app = start({ cache_seconds: 0 });
    const token = keystone.issue({ user: 'ada', roles: [], project: 'p1' });
    expect((await ask(token)).statusCode).toBe(200);
    keystone.revoke(token);
    expect((await ask(token)).statusCode).toBe(401);
  });

  test.each([
    ['that is missing', () => undefined],
    ['that nobody has issued', () => 'made-up'],
    ['that has ended', () => keystone.issue({ user: 'ada', roles: ['admin'], endsInS: -1 })],
  ])('%s is refused with where to get one', async (_, token) => {
    const reply = await ask(token());
    expect(reply.statusCode).toBe(401);
    expect(reply.headers['www-authenticate']).toBe(`Keystone uri="${keystone.url}/v3"`);
    expect(reply.json()).toEqual({
      error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' },
    });
  });

  test('is asked for on unknown paths too, and not on public ones', async () => {
    expect((await ask(undefined, '/v1/nowhere')).statusCode).toBe(401);
    expect((await ask(undefined, '/v1/lookup?addresses=x')).statusCode).toBe(200);
  });
});

describe('the service', () => {
  test('logs in again when its own token has ended', async () => {
    await ask(keystone.issue({ user: 'ada', roles: [], project: 'p1' }));
    keystone.forgetLogins();
    expect((await ask(keystone.issue({ user: 'bob', roles: [], project: 'p1' }))).statusCode).toBe(200);
    expect(keystone.logins).toBe(2);
  });

  test('answers 503 while Keystone is away, and works when it is back', async () => {
    const token = keystone.issue({ user: 'ada', roles: [], project: 'p1' });
    keystone.broken = 500;
    const reply = await ask(token);
    expect(reply.statusCode).toBe(503);
    expect(reply.body).toContain('The Keystone service is temporarily unavailable.');
    keystone.broken = undefined;
    expect((await ask(token)).statusCode).toBe(200);
  });

  test('answers 503 when nothing listens', async () => {
    await app.close();
    app = start({});
    await keystone.close();
    expect((await ask('some-token')).statusCode).toBe(503);
    keystone = new ScriptedKeystone();
    await keystone.listen();
  });

  test('answers 503 when its own password is wrong, without telling it', async () => {
    await app.close();
    app = start({ password: 'another' });
    const reply = await ask(keystone.issue({ user: 'ada', roles: [], project: 'p1' }));
    expect(reply.statusCode).toBe(503);
    expect(reply.body).not.toContain('another');
  });
});

test('what the strategy lacks is said at the start', () => {
  expect(() => authConfig({ strategy: 'keystone' }, keystoneSection.parse({}))).toThrow('keystone.auth_url');
  expect(() => authConfig({ strategy: 'http_basic' }, keystoneSection.parse({}))).toThrow('auth.http_basic_user_file');
});
