import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';

/*
 * What no client sends, but anybody can: each of these is a refusal of the usual form, never an error of the server.
 */

let api: TestApi;
let node: string;

beforeAll(async () => {
  api = await startTestApi();
  await send('POST', '/v1/nodes', '{"driver":"fake-hardware","name":"p"}');
  const created = await send('POST', '/v1/nodes', '{"driver":"fake-hardware","name":"n"}');
  node = String((JSON.parse(created.text) as { uuid: string }).uuid);
}, 120_000);

afterAll(() => api.stop());

interface Reply {
  readonly status: number;
  readonly text: string;
}

/** Sends a path and bytes as they are; fetch would mend them. */
async function send(method: string, path: string, body?: string | Buffer): Promise<Reply> {
  const { hostname, port } = new URL(api.url);
  const headers = { 'x-openstack-ironic-api-version': '1.115', 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers }, (response) => {
      text(response).then((read) => resolve({ status: response.statusCode ?? 0, text: read }), reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const long = 'x'.repeat(5000);
const digits = '9'.repeat(400);

test.each([
  ['a NUL in a path', '/v1/nodes/a%00b'],
  ['a NUL in a path of a driver', '/v1/drivers/a%00b'],
  ['a NUL in a path of a conductor', '/v1/conductors/a%00b'],
  ['a NUL below a node', '/v1/nodes/n/bios/a%00b'],
  ['a NUL in a history entry', '/v1/nodes/n/history/a%00b'],
  ['a NUL in a query', '/v1/nodes?owner=a%00b'],
  ['a NUL in a list of a query', '/v1/nodes?shard=a%00b,c'],
  ['a NUL in a part of a description', '/v1/nodes?description_contains=%00'],
  ['a NUL as a conductor', '/v1/conductors?marker=%00'],
  ['a percent sign alone', '/v1/nodes/%'],
  ['bytes that are no UTF-8', '/v1/nodes/%ff%fe'],
  ['bytes of a query that are no UTF-8', '/v1/nodes?owner=%ff%fe'],
  ['half a surrogate pair', '/v1/nodes/%ed%a0%80'],
  ['a very long name', `/v1/nodes/${long}`],
  ['a very long filter', `/v1/nodes?owner=${long}`],
  ['a limit beyond every number', `/v1/nodes?limit=${digits}`],
  ['a limit below every number', `/v1/nodes?limit=-${digits}`],
  ['the limit 2^63', '/v1/ports?limit=9223372036854775808'],
  ['a limit that is no number', '/v1/ports?limit=NaN'],
  ['a limit of operations', `/v1/nodes/n/operations?limit=${digits}`],
  ['a key given twice', '/v1/nodes?limit=1&limit=2'],
  ['a flag given twice', '/v1/nodes?maintenance=true&maintenance=false'],
  ['a name given twice', '/v1/nodes?owner=a&owner=b'],
  ['a marker given twice', '/v1/nodes?marker=a&marker=b'],
  ['a key that is __proto__', '/v1/nodes?__proto__=1'],
  ['a key that is constructor', '/v1/nodes?constructor=1'],
  ['a sort key that every object has', '/v1/nodes?sort_key=__proto__'],
  ['a sort key that is a method', '/v1/ports?sort_key=to_string'],
  ['a field that every object has', '/v1/nodes?fields=__proto__,constructor'],
  ['a version that every object has', '/v1/openapi.json?version=__proto__'],
  ['a driver that every object has', '/v1/drivers/__proto__/properties'],
  ['a driver that is a method', '/v1/drivers/toString/properties'],
  ['brackets in a key', '/v1/nodes?owner[a]=b'],
  ['an empty key', '/v1/nodes?=&&='],
  ['an operation that is no UUID', '/v1/nodes/n/operations/a%00b'],
  ['addresses with a NUL', '/v1/lookup?addresses=%00'],
])('%s is answered without an error of the server', async (_, path) => {
  const { status, text: answered } = await send('GET', path);
  expect(status).toBeLessThan(500);
  expect(status < 400 || 'error_message' in JSON.parse(answered)).toBe(true);
});

const surrogate = '"\\ud800"';

test.each([
  ['half a surrogate pair in a value', 'POST', '/v1/nodes', `{"driver":"fake-hardware","extra":{"a":${surrogate}}}`],
  ['half a surrogate pair in a key', 'POST', '/v1/nodes', `{"driver":"fake-hardware","extra":{${surrogate}:1}}`],
  ['half a surrogate pair as a text', 'POST', '/v1/nodes', `{"driver":"fake-hardware","description":${surrogate}}`],
  ['half a surrogate pair in maintenance', 'PUT', '/v1/nodes/n/maintenance', `{"reason":${surrogate}}`],
  ['a NUL in a value', 'POST', '/v1/nodes', '{"driver":"fake-hardware","extra":{"a":"\\u0000"}}'],
  ['a driver with a NUL', 'POST', '/v1/nodes', '{"driver":"\\u0000"}'],
  ['a raw NUL', 'POST', '/v1/nodes', '{"driver":"fake-hardware\0"}'],
  ['numbers beyond all', 'POST', '/v1/nodes', '{"driver":"fake-hardware","extra":{"a":1e400}}'],
  ['a priority beyond all', 'POST', '/v1/deploy_templates', template('1e400')],
  ['a priority beyond the column', 'POST', '/v1/deploy_templates', template('99999999999')],
  ['a priority of many digits', 'POST', '/v1/deploy_templates', template(`"${digits}"`)],
  ['a boot index beyond all', 'POST', '/v1/volume/targets', target('1e400')],
  ['a boot index beyond the column', 'POST', '/v1/volume/targets', target('2147483648')],
  ['a boot index with a fraction', 'POST', '/v1/volume/targets', target('0.5')],
  ['a rule of a priority beyond all', 'POST', '/v1/inspection_rules', '{"actions":[],"priority":1e400}'],
  ['a power timeout beyond all', 'PUT', '/v1/nodes/p/states/power', '{"target":"power on","timeout":1e400}'],
  ['a power timeout of many digits', 'PUT', '/v1/nodes/p/states/power', `{"target":"power on","timeout":"${digits}"}`],
  ['a patch of __proto__', 'PATCH', '/v1/nodes/n', '[{"op":"add","path":"/__proto__/x","value":1}]'],
  ['a patch below __proto__', 'PATCH', '/v1/nodes/n', '[{"op":"add","path":"/extra/__proto__/x","value":1}]'],
  ['a patch of a method', 'PATCH', '/v1/nodes/n', '[{"op":"remove","path":"/extra/toString"}]'],
  ['a patch that is a key twice', 'PATCH', '/v1/nodes/n', '[{"op":"add","op":"add","path":"/extra/a","value":1}]'],
  ['a body that is a text', 'PATCH', '/v1/nodes/n', '"x"'],
  ['a body that is null', 'POST', '/v1/nodes', 'null'],
  ['a body that is a list', 'PUT', '/v1/nodes/n/states/provision', '[]'],
  ['a body that is a number', 'PUT', '/v1/nodes/n/states/power', '1'],
  ['a target that is __proto__', 'PUT', '/v1/nodes/n/states/provision', '{"target":"__proto__"}'],
  ['a target that is a method', 'PUT', '/v1/nodes/n/states/power', '{"target":"constructor"}'],
  ['a trait of a path with a NUL', 'PUT', '/v1/nodes/n/traits/a%00b', ''],
  ['a trait to delete with a NUL', 'DELETE', '/v1/nodes/n/traits/a%00b', ''],
  ['a heartbeat with half a surrogate pair', 'POST', '/v1/heartbeat/n', `{"callback_url":${surrogate}}`],
])('%s is answered without an error of the server', async (_, method, path, body) => {
  const { status } = await send(method, path, body);
  expect(status).toBeLessThan(500);
});

test('bytes that are no UTF-8 are no JSON', async () => {
  const bytes = Buffer.concat([
    Buffer.from('{"driver":"fake-hardware","name":"'),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('"}'),
  ]);
  expect((await send('POST', '/v1/nodes', bytes)).status).toBe(400);
});

test('what was kept can be read again, and nobody else has changed', async () => {
  const { status } = await send('GET', '/v1/nodes/detail');
  expect(status).toBe(200);
  expect((await send('GET', `/v1/nodes/${node}`)).status).toBe(200);
  expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
});

function template(priority: string): string {
  return `{"name":"CUSTOM_X","steps":[{"interface":"deploy","step":"a","args":{},"priority":${priority}}]}`;
}

function target(bootIndex: string): string {
  return `{"node_uuid":"${'0'.repeat(32)}","volume_type":"iscsi","volume_id":"a","boot_index":${bootIndex}}`;
}
