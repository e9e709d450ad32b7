import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { routesOf, type DescribedRoute } from './routes.js';

let api: TestApi;
let routes: readonly DescribedRoute[];

beforeAll(async () => {
  api = await startTestApi();
  routes = routesOf(api.app.get(DiscoveryService, { strict: false }), api.app.get(MetadataScanner, { strict: false }));
}, 120_000);

afterAll(() => api.stop());

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly { readonly name?: string; readonly in?: string }[];
}

interface Document {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, { readonly required?: readonly string[] }>> };
}

async function documentOf(query = '', headers: Record<string, string> = {}): Promise<Document> {
  const response = await fetch(`${api.url}/v1/openapi.json${query}`, { headers });
  expect(response.status).toBe(200);
  return (await response.json()) as Document;
}

describe('the document', () => {
  test.each(['1.1', '1.61', '1.115'])('of %s is a valid one of OpenAPI 3.1', async (version) => {
    const document = await documentOf(`?version=${version}`);
    expect(document.info.version).toBe(version);
    const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(document)));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  test('is that of the newest version unless the query or a header asks for another', async () => {
    const header = { 'X-OpenStack-Ironic-API-Version': '1.61' };
    expect((await documentOf()).info.version).toBe('1.115');
    expect((await documentOf('', header)).info.version).toBe('1.61');
    expect((await documentOf('', { 'OpenStack-API-Version': 'baremetal 1.70' })).info.version).toBe('1.70');
    expect((await documentOf('?version=1.8', header)).info.version).toBe('1.8');
    expect((await fetch(`${api.url}/v1/openapi.json?version=1.116`)).status).toBe(406);
  });

  test('knows at each version what that version knows', async () => {
    const [old, newest] = [await documentOf('?version=1.1'), await documentOf()];
    expect(old.components.schemas['Node']?.required).not.toContain('name');
    expect(newest.components.schemas['Node']?.required).toContain('name');
    expect(Object.keys(old.paths)).not.toContain('/v1/nodes/{ident}/traits');
    expect(Object.keys(newest.paths)).toContain('/v1/nodes/{ident}/traits');
    const parameters = (document: Document) =>
      document.paths['/v1/nodes']?.['get']?.parameters.map(({ name }) => name) ?? [];
    expect(parameters(old)).not.toContain('fields');
    expect(parameters(newest)).toEqual(expect.arrayContaining(['fields', 'detail', 'limit', 'shard']));
  });

  test('has paths of its own, of Temper as of Ironic', async () => {
    const { paths } = await documentOf();
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/v1/nodes/{ident}/operations', '/v1/openapi.json', '/healthz']),
    );
  });

  test('gives each operation one name', async () => {
    const { paths } = await documentOf();
    const ids = Object.values(paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId));
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });
});

describe('every handler', () => {
  test('describes itself, or says why it does not', () => {
    const silent = routes.filter((route) => route.description === undefined && route.undescribed === undefined);
    expect(silent.map(({ handler }) => handler)).toEqual([]);
  });

  test('has a summary of its own, one line without a full stop', () => {
    const summaries = new Map(
      routes.flatMap(({ handler, description }) => (description ? [[handler, description.summary]] : [])),
    );
    const all = [...summaries.values()];
    expect(all.filter((summary, index) => all.indexOf(summary) !== index)).toEqual([]);
    expect(all.filter((summary) => !/^[A-Z][^\n]*[^.\s]$/.test(summary))).toEqual([]);
  });

  test('is at a path of its own', () => {
    const places = routes.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`);
    const twice = routes.filter((_, index) => places.indexOf(places[index] ?? '') < index);
    expect(twice.map(({ handler, method, path }) => `${handler}: ${method} ${path}`)).toEqual([]);
  });
});

describe('the page of the reference', () => {
  test('is HTML for browsers, with files from this server only', async () => {
    const response = await fetch(`${api.url}/docs`, { headers: { Accept: 'text/html' } });
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await response.text();
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      const answer = await fetch(`${api.url}${file}`, { headers: { Accept: 'text/css,*/*;q=0.1' } });
      await answer.arrayBuffer();
      expect([file, answer.status]).toEqual([file, 200]);
    }
  });

  test('serves nothing else of the package', async () => {
    expect((await fetch(`${api.url}/docs/package.json`)).status).toBe(404);
    expect((await fetch(`${api.url}/docs/..%2Fpackage.json`)).status).toBe(404);
  });
});
