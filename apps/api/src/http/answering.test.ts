import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { answerAsConfigured, type AnswerOptions } from './answering.js';

test.each<[string, Partial<AnswerOptions>, Record<string, string>, string]>([
  ['the address that the request names', {}, { host: 'api:6385' }, 'http://api:6385'],
  ['not what anybody may send', {}, { host: 'api', 'x-forwarded-host': 'evil' }, 'http://api'],
  ['the public endpoint', { public_endpoint: 'https://metal.example' }, { host: 'api' }, 'https://metal.example'],
  [
    "the proxy's headers, also over the public endpoint",
    { public_endpoint: 'https://metal.example', enable_proxy_headers_parsing: true },
    {
      host: 'api',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'front:443, inner',
      'x-forwarded-prefix': '/metal/',
    },
    'https://front:443/metal',
  ],
  [
    "the standard's header",
    { enable_proxy_headers_parsing: true },
    { host: 'api', forwarded: 'for=192.0.2.1; proto=https; host="front:8443", for=10.0.0.1' },
    'https://front:8443',
  ],
  ['the address of a request without a proxy', { enable_proxy_headers_parsing: true }, { host: 'api' }, 'http://api'],
])('links are made of %s', async (_, options, headers, base) => {
  const app = fastify();
  answerAsConfigured(app, {
    max_limit: 10,
    public_endpoint: undefined,
    enable_proxy_headers_parsing: false,
    ...options,
  });
  app.get('/', (request) => request.server.linkBase(request));
  expect((await app.inject({ url: '/', headers })).body).toBe(base);
});
