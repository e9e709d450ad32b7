import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { ask, type Reply } from '../../../../test/support/ask.js';
import { DeployTemplateFinder } from '../deploy-templates/deploy-template-finder.js';
import { usableOf } from './runbook-finder.js';
import { runbookParts } from './runbook.view.js';

const password = 'a-secret-of-a-step';
let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
}, 120_000);

afterAll(async () => {
  await api.stop();
});

beforeEach(async () => {
  await api.database.runbook.deleteMany();
  await api.database.deployTemplate.deleteMany();
});

function call(method: string, path: string, body?: unknown, minor?: number): Promise<Reply> {
  return ask(api.url, method, path, body, minor);
}

const set = (path: string, value: unknown) => ({ op: 'replace', path, value });
const step = (order: number | string, name = 'factory_reset') => ({ interface: 'bios', step: name, order });

async function newRunbook(body: object = {}): Promise<string> {
  const reply = await call('POST', '/v1/runbooks', { name: 'book', steps: [step(1)], ...body });
  expect(reply.fault).toBe('');
  return String(reply.body['uuid']);
}

function newTemplate(name: string, args: object = {}): Promise<Reply> {
  const steps = [{ interface: 'bios', step: 'apply_configuration', args, priority: '150' }];
  return call('POST', '/v1/deploy_templates', { name, steps });
}

describe('secrets among step arguments', () => {
  const args = { password, nested: [{ auth_token: password, kept: 'plain' }] };
  const expectMasked = ({ body }: Reply) => {
    const text = JSON.stringify(body);
    expect(text.match(/\*{6}/g)).toHaveLength(2);
    expect(text).toContain('"plain"');
    expect(text).not.toContain(password);
  };

  test('of a template are sealed in the row, masked in every answer, and open for a deployment', async () => {
    const answers = [
      await newTemplate('CUSTOM_T', args),
      await call('GET', '/v1/deploy_templates/CUSTOM_T'),
      await call('GET', '/v1/deploy_templates?detail=true'),
      await call('GET', '/v1/deploy_templates?fields=steps'),
      await call('PATCH', '/v1/deploy_templates/CUSTOM_T', [set('/extra', { a: 1 })]),
    ];
    answers.forEach(expectMasked);
    const row = await api.database.deployTemplate.findUniqueOrThrow({ where: { name: 'CUSTOM_T' } });
    expect(JSON.stringify(row)).toContain('sealed:');
    expect(JSON.stringify(row)).not.toContain(password);
    const finder = new DeployTemplateFinder(api.database, api.secrets);
    const [template] = await finder.forTraits(['CUSTOM_T', 'CUSTOM_OTHER']);
    expect(template?.steps).toEqual([{ interface: 'bios', step: 'apply_configuration', args, priority: 150 }]);
  });

  test('of a runbook are sealed in the row, masked in every answer, and open for a verb', async () => {
    const uuid = await newRunbook({ steps: [{ ...step(1), args }] });
    const answers = [
      await call('GET', '/v1/runbooks/book'),
      await call('GET', '/v1/runbooks?detail=true'),
      await call('PATCH', '/v1/runbooks/book', [set('/steps/0/order', 7)]),
    ];
    answers.forEach(expectMasked);
    const row = await api.database.runbook.findUniqueOrThrow({ where: { uuid }, include: runbookParts });
    expect(JSON.stringify(row)).not.toContain(password);
    expect(usableOf(row, api.secrets).steps[0]?.args).toEqual(args);
  });

  test('are not told by a patch that is refused', async () => {
    await newRunbook({ steps: [{ ...step(1), args }] });
    const { status, fault } = await call('PATCH', '/v1/runbooks/book', [
      set('/steps/0/args/password/deeper', password),
    ]);
    expect(status).toBe(400);
    expect(fault).not.toContain(password);
  });
});

describe('templates', () => {
  test('of an instance are those that its traits name, oldest first', async () => {
    for (const name of ['CUSTOM_B', 'CUSTOM_A', 'CUSTOM_C']) await newTemplate(name);
    const finder = new DeployTemplateFinder(api.database, api.secrets);
    const found = await finder.forTraits(['CUSTOM_A', 'CUSTOM_B', 'CUSTOM_A']);
    expect(found.map(({ name }) => name)).toEqual(['CUSTOM_B', 'CUSTOM_A']);
    expect(await finder.forTraits([])).toEqual([]);
  });

  test('repeat a priority that came as text once, and are kept with a number', async () => {
    const priorityOf = ({ body }: Reply) => JSON.stringify(body['steps']).match(/"priority":("?150"?)/)?.[1];
    expect(priorityOf(await newTemplate('CUSTOM_T'))).toBe('"150"');
    expect(priorityOf(await call('GET', '/v1/deploy_templates/CUSTOM_T'))).toBe('150');
    const patched = await call('PATCH', '/v1/deploy_templates/CUSTOM_T', [set('/steps/0/priority', '9')]);
    expect(patched.body['steps']).toMatchObject([{ priority: 9 }]);
  });

  test('are found by a name that ends in .json', async () => {
    expect((await newTemplate('CUSTOM_T')).status).toBe(201);
    expect((await call('GET', '/v1/deploy_templates/CUSTOM_T.json', undefined, 90)).status).toBe(200);
    expect((await call('GET', '/v1/deploy_templates/CUSTOM_T.json', undefined, 91)).status).toBe(404);
  });
});

describe('a runbook', () => {
  test('runs its steps by their order, equal ones as they were given', async () => {
    const uuid = await newRunbook({ steps: [step(3, 'c'), step('1', 'a'), step(2, 'b'), step(1, 'z')] });
    const row = await api.database.runbook.findUniqueOrThrow({ where: { uuid }, include: runbookParts });
    expect(usableOf(row, api.secrets).steps.map((one) => one.step)).toEqual(['a', 'z', 'b', 'c']);
    const { body } = await call('GET', `/v1/runbooks/${uuid}`);
    expect(body['steps']).toMatchObject([{ order: 3 }, { order: 1, args: {} }, { order: 2 }, { order: 1 }]);
  });

  test('has its traits in alphabetical order, each once, however they came', async () => {
    await newRunbook();
    await call('PUT', '/v1/runbooks/book/traits', { traits: ['CUSTOM_Z', 'CUSTOM_A', 'CUSTOM_Z'] });
    await call('PUT', '/v1/runbooks/book/traits/CUSTOM_M');
    await call('PUT', '/v1/runbooks/book/traits/CUSTOM_M');
    const { body } = await call('GET', '/v1/runbooks/book?fields=traits');
    expect(body['traits']).toEqual(['CUSTOM_A', 'CUSTOM_M', 'CUSTOM_Z']);
    expect((await call('DELETE', '/v1/runbooks/book/traits/CUSTOM_NONE')).status).toBe(204);
    expect((await call('DELETE', '/v1/runbooks/book')).status).toBe(204);
  });

  test('takes one trait or a list of them, not both and not neither', async () => {
    await newRunbook();
    for (const [path, body] of [
      ['/v1/runbooks/book/traits', {}],
      ['/v1/runbooks/book/traits/CUSTOM_A', { traits: ['CUSTOM_B'] }],
    ] as const) {
      expect((await call('PUT', path, body)).fault).toMatch(/^A single runbook trait may be added via PUT/);
    }
    expect((await call('PUT', '/v1/runbooks/book/traits/CUSTOM_A', {})).status).toBe(204);
  });

  test('loses its owner when it becomes public, and gets none while it is', async () => {
    await newRunbook();
    expect((await call('PATCH', '/v1/runbooks/book', [set('/owner', 'p')])).body['owner']).toBe('p');
    expect((await call('PATCH', '/v1/runbooks/book', [set('/public', true)])).body['owner']).toBeNull();
    expect((await call('PATCH', '/v1/runbooks/book', [set('/owner', 'p')])).status).toBe(400);
    const { body } = await call('PATCH', '/v1/runbooks/book', [set('/public', false), set('/owner', 'q')]);
    expect(body).toMatchObject({ public: false, owner: 'q' });
  });

  test('of a new name can be patched by an old client, which sees neither description nor traits', async () => {
    await newRunbook({ description: 'words' });
    const { status, body } = await call('PATCH', '/v1/runbooks/book', [set('/extra', { a: 1 })], 92);
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('description');
    expect(body).not.toHaveProperty('traits');
    expect((await call('GET', '/v1/runbooks/book')).body['description']).toBe('words');
    expect((await call('GET', '/v1/runbooks?fields=traits', undefined, 111)).fault).toBe(
      'Field(s) "traits" are not valid',
    );
  });
});
