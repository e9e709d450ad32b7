import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { driverOffers } from '#domain/driver-offers.js';
import { enabledByDefault } from '#domain/hardware-types.js';
import { startTestApi, type TestApi } from '../../../test/support/api.js';

/** What options of temper.yaml change, seen from outside. */
let api: TestApi;

beforeAll(async () => {
  api = await startTestApi(pino({ level: 'silent' }), {
    TEMPER_API_MAX_LIMIT: '2',
    TEMPER_API_MAX_JSON_BODY_SIZE: '4',
    TEMPER_API_MAX_JSON_BODY_DEPTH: '8',
    TEMPER_API_PUBLIC_ENDPOINT: 'https://metal.example/',
    TEMPER_CONDUCTOR_ALLOW_DELETING_AVAILABLE_NODES: 'false',
    TEMPER_CONDUCTOR_SOFT_POWER_OFF_TIMEOUT: '77',
  });
}, 120_000);

afterAll(async () => {
  await api.stop();
});

const inAnHour = new Date(Date.now() + 3_600_000);

beforeEach(async () => {
  await api.database.node.deleteMany();
  await api.database.conductor.deleteMany();
  const offers = driverOffers({
    hardwareTypes: ['fake-hardware', 'ipmi'],
    enabled: { ...enabledByDefault, deploy: ['ramdisk', 'fake'], power: ['fake', 'ipmitool'] },
    defaults: { network: 'noop', storage: 'noop', deploy: 'ramdisk' },
  });
  await api.database.conductor.create({
    data: { hostname: 'one', drivers: Object.keys(offers), interfaces: offers, updatedAt: inAnHour },
  });
});

test('a page has no more items than max_limit, and links begin with the public endpoint', async () => {
  for (let count = 0; count < 3; count++) await create({ driver: 'fake-hardware' });
  const { body } = await call('GET', '/v1/nodes?limit=50');
  expect(body['nodes']).toHaveLength(2);
  expect(body['next']).toMatch(/^https:\/\/metal\.example\/v1\/nodes\?.*limit=2/);
});

test('bodies that are too large or too deep are refused', async () => {
  expect((await call('POST', '/v1/nodes', { driver: 'x'.repeat(5_000) })).status).toBe(413);
  const deep: unknown = JSON.parse('{"a":'.repeat(9) + '1' + '}'.repeat(9));
  expect((await call('POST', '/v1/nodes', { driver: 'fake-hardware', extra: deep })).status).toBe(400);
});

test('an available node is kept when deleting is not allowed', async () => {
  const { body } = await create({ driver: 'fake-hardware' });
  await api.database.node.updateMany({ data: { provisionState: 'available' } });
  const refused = await call('DELETE', `/v1/nodes/${String(body['uuid'])}`);
  expect(refused.status).toBe(409);
  expect(refused.text).not.toContain("'available'");
});

test('a soft power off has the configured time', async () => {
  const { body } = await create({ driver: 'fake-hardware' });
  const target = { target: 'soft power off' };
  expect((await call('PUT', `/v1/nodes/${String(body['uuid'])}/states/power`, target)).status).toBe(202);
  const operation = await api.database.operation.findFirstOrThrow();
  expect(operation.plan).toEqual({ power: { target: 'soft power off', timeoutS: 77 } });
});

test('drivers and interfaces are those that live workers enable', async () => {
  const drivers = await call('GET', '/v1/drivers');
  expect(drivers.body['drivers']).toMatchObject([
    { name: 'fake-hardware', hosts: ['one'] },
    { name: 'ipmi', hosts: ['one'] },
  ]);
  expect((await call('GET', '/v1/drivers/ipmi')).body).toMatchObject({
    default_deploy_interface: 'ramdisk',
    enabled_deploy_interfaces: ['ramdisk'],
  });
  expect((await call('GET', '/v1/drivers/ipmi/properties')).body).toHaveProperty('ipmi_address');
  expect((await call('GET', '/v1/drivers/redfish/properties')).text).toContain("The driver 'redfish' is unknown.");
  expect((await call('GET', '/v1/drivers/redfish/vendor_passthru/methods')).status).toBe(404);
  expect((await create({ driver: 'ipmi' })).body).toMatchObject({ deploy_interface: 'ramdisk' });
});

test('what is not enabled is refused', async () => {
  const driver = await create({ driver: 'redfish' });
  expect(driver.status).toBe(400);
  expect(driver.text).toContain('No conductor service registered which supports driver redfish');
  const deploy = await create({ driver: 'ipmi', deploy_interface: 'direct' });
  expect(deploy.status).toBe(400);
  expect(deploy.text).toContain('Valid interfaces are');
  const group = await create({ driver: 'ipmi', conductor_group: 'rack9' });
  expect(group.status).toBe(400);
});

test('a patch of driver and interfaces obeys the workers of the node', async () => {
  const { body } = await create({ driver: 'fake-hardware' });
  const path = `/v1/nodes/${String(body['uuid'])}`;
  const toIpmi = [{ op: 'replace', path: '/driver', value: 'ipmi' }];
  expect((await call('PATCH', path, toIpmi)).status).toBe(400);
  expect((await call('PATCH', `${path}?reset_interfaces=true`, toIpmi)).body).toMatchObject({
    driver: 'ipmi',
    power_interface: 'ipmitool',
    deploy_interface: 'ramdisk',
  });
  const toRedfish = [{ op: 'replace', path: '/driver', value: 'redfish' }];
  expect((await call('PATCH', `${path}?reset_interfaces=true`, toRedfish)).status).toBe(400);
  const direct = [{ op: 'replace', path: '/deploy_interface', value: 'direct' }];
  expect((await call('PATCH', path, direct)).status).toBe(400);
});

test('with all workers away no driver is listed, but nodes can be described', async () => {
  await api.database.conductor.updateMany({ data: { online: false } });
  expect((await call('GET', '/v1/drivers')).body).toEqual({ drivers: [] });
  expect((await call('GET', '/v1/drivers/ipmi')).status).toBe(404);
  expect((await create({ driver: 'ipmi' })).status).toBe(201);
  await api.database.conductor.deleteMany();
  expect((await create({ driver: 'ipmi' })).status).toBe(400);
});

function create(node: Record<string, unknown>) {
  return call('POST', '/v1/nodes', node);
}

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers: { 'X-OpenStack-Ironic-API-Version': '1.115', 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json: Record<string, unknown> = text === '' ? {} : JSON.parse(text);
  return { status: response.status, text, body: json };
}
