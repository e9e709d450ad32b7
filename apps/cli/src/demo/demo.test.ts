import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { allProvisionStates, isFailed, isStable, type ProvisionState } from '#domain/states.js';
import { readConfig } from '../config.js';
import { runDemo } from './demo.js';
import { IronicClient } from './ironic-client.js';
import { Journey } from './journey.js';
import { LiveView } from './live-view.js';
import { pathToActive } from './path-to-active.js';
import { start } from './start.js';

const servers: Server[] = [];
const forever = new AbortController().signal;

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(
  answer: (request: IncomingMessage, body: string, response: ServerResponse) => unknown,
): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const value = answer(request, body, response);
      response.end(value === undefined ? '' : JSON.stringify(value));
    });
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  return `http://127.0.0.1:${address.port}`;
}

const images = ['disk', 'kernel', 'ramdisk'].map((kind) => ({
  kind,
  url: `http://fleet/${kind}`,
  sha256: `hash of ${kind}`,
}));

const machine = (n: number) => ({
  name: `sim-0${n}`,
  mac: `52:54:00:00:00:0${n}`,
  cpuArch: 'x86_64',
  cpus: 4,
  memoryMb: 8192,
  diskBytes: 2 ** 34,
  bmc: { address: '127.0.0.1', port: 16_230 + n, username: 'admin', password: 'secret' },
});

const serveFleet = (count: number) =>
  serve(({ url }) => (url === '/images' ? images : Array.from({ length: count }, (_, i) => machine(i + 1))));

interface FakeNode {
  uuid: string;
  name: string;
  provision_state: ProvisionState;
  last_error: string | null;
  maintenance: boolean;
  driver_info: Record<string, unknown>;
  driver_internal_info: object;
  asked: string[];
  patched: unknown[];
}

/** Ironic as far as the demo goes: each verb ends one list request later in the state that the table names. */
class FakeIronic {
  readonly nodes = new Map<string, FakeNode>();
  readonly #ports = new Set<string>();
  readonly #outcome: Readonly<Record<string, ProvisionState>>;
  readonly #next = new Map<string, ProvisionState>();

  constructor(outcome: Readonly<Record<string, ProvisionState>>) {
    this.#outcome = outcome;
  }

  add(name: string, provision_state: ProvisionState, change: Partial<FakeNode> = {}): FakeNode {
    const fields = {
      last_error: null,
      maintenance: false,
      driver_info: {},
      driver_internal_info: {},
      asked: [],
      patched: [],
    };
    const node = { ...fields, uuid: `uuid of ${name}`, name, provision_state, ...change };
    this.nodes.set(name, node);
    return node;
  }

  answer = ({ method, url = '' }: IncomingMessage, body: string, response: ServerResponse): unknown => {
    const [, , kind, key = ''] = decodeURIComponent(url).split(/[/?]/);
    const data = body ? JSON.parse(body) : undefined;
    if (kind === 'ports') {
      if (method === 'POST') this.#ports.add(data.address);
      return { ports: [...this.#ports].filter((port) => url.includes(encodeURIComponent(port))) };
    }
    if (key === 'detail') return this.#list();
    if (method === 'POST') return this.add(data.name, 'enroll', { driver_info: data.driver_info });
    const node = [...this.nodes.values()].find(({ uuid, name }) => uuid === key || name === key);
    if (!node) {
      response.statusCode = 404;
      return { error_message: { faultstring: 'Node could not be found.' } };
    }
    if (method === 'PATCH') node.patched.push(...data);
    if (method === 'DELETE') node.maintenance = false;
    if (method === 'PUT') this.#provision(node, data.target);
    return method === 'GET' || method === 'PATCH' ? node : undefined;
  };

  #provision(node: FakeNode, target: string): void {
    node.asked.push(target);
    node.provision_state = 'verifying';
    this.#next.set(node.name, this.#outcome[target] ?? 'enroll');
  }

  #list(): object {
    const nodes = [...this.nodes.values()].map((node) => ({ ...node }));
    for (const [name, state] of this.#next) {
      const node = this.nodes.get(name);
      if (node) node.provision_state = state;
    }
    this.#next.clear();
    return { nodes };
  }
}

const succeeding = { manage: 'manageable', provide: 'available', active: 'active' } as const;

function collector() {
  const written: string[] = [];
  return { written, view: new LiveView({ write: (text: string) => written.push(text) }, true) };
}

it('takes every machine of the fleet from enroll to active', async () => {
  const ironic = new FakeIronic(succeeding);
  const { written, view } = collector();
  const urls = { api: await serve(ironic.answer), fleet: await serveFleet(2) };
  expect(await runDemo(urls, view, forever, 5)).toEqual({ active: 2, total: 2, failures: [] });
  for (const name of ['sim-01', 'sim-02']) {
    const node = ironic.nodes.get(name);
    expect(node?.asked).toEqual(['manage', 'provide', 'active']);
    expect(node?.patched).toEqual([
      { op: 'add', path: '/instance_info/image_source', value: 'http://fleet/disk' },
      { op: 'add', path: '/instance_info/image_os_hash_algo', value: 'sha256' },
      { op: 'add', path: '/instance_info/image_os_hash_value', value: 'hash of disk' },
    ]);
    expect(node?.driver_info).toMatchObject({ ipmi_username: 'admin', deploy_kernel: 'http://fleet/kernel' });
  }
  expect(written.filter((line) => line.includes('sim-01')).join('')).toMatch(
    /enroll[^]*manageable[^]*available[^]*active/,
  );
});

it('uses nodes of an earlier run again: active ones are left, failed ones recovered', async () => {
  const ironic = new FakeIronic(succeeding);
  ironic.add('sim-01', 'active');
  ironic.add('sim-02', 'clean failed', { maintenance: true });
  const urls = { api: await serve(ironic.answer), fleet: await serveFleet(2) };
  expect(await runDemo(urls, collector().view, forever, 5)).toMatchObject({ active: 2 });
  expect(ironic.nodes.get('sim-01')?.asked).toEqual([]);
  expect(ironic.nodes.get('sim-02')?.asked).toEqual(['manage', 'provide', 'active']);
  expect(ironic.nodes.get('sim-02')?.maintenance).toBe(false);
});

it('corrects addresses that changed since, together with the password', async () => {
  const ironic = new FakeIronic(succeeding);
  ironic.add('sim-01', 'active', { driver_info: { ipmi_port: 1, ipmi_password: '******' } });
  await runDemo({ api: await serve(ironic.answer), fleet: await serveFleet(1) }, collector().view, forever, 5);
  expect(ironic.nodes.get('sim-01')?.patched).toEqual(
    expect.arrayContaining([
      { op: 'add', path: '/driver_info/ipmi_port', value: 16_231 },
      { op: 'add', path: '/driver_info/ipmi_password', value: 'secret' },
    ]),
  );
});

it('gives a node up that fails three times, with its last error', async () => {
  const ironic = new FakeIronic({ ...succeeding, active: 'deploy failed' });
  ironic.add('sim-01', 'available', { last_error: 'no agent called back' });
  const urls = { api: await serve(ironic.answer), fleet: await serveFleet(1) };
  expect(await runDemo(urls, collector().view, forever, 5)).toEqual({
    active: 0,
    total: 1,
    failures: ['sim-01: no agent called back'],
  });
  expect(ironic.nodes.get('sim-01')?.asked).toEqual(['active', 'active', 'active']);
});

it('gets a node out of a wait in which nothing happens any more', async () => {
  const ironic = new FakeIronic({ ...succeeding, abort: 'clean failed' });
  ironic.add('sim-01', 'clean wait');
  const client = new IronicClient(await serve(ironic.answer));
  let minutes = 0;
  const journey = new Journey('sim-01', client, { url: 'http://fleet/disk', sha256: '' }, () => minutes * 60_000);
  for (minutes = 0; minutes < 4; minutes += 1) {
    const [node] = await client.nodes();
    if (node) await journey.advance(node);
  }
  expect(ironic.nodes.get('sim-01')?.asked).toEqual(['abort']);
});

it('knows a way on from every state in which a node stands still', () => {
  const standing = allProvisionStates.filter((state) => isStable(state) || isFailed(state));
  expect(standing.filter((state) => pathToActive[state] === 'wait')).toEqual([]);
  expect(standing.filter((state) => pathToActive[state] === 'arrived')).toEqual(['active']);
});

it('redraws in place on a terminal, within its width and without what a BMC could smuggle in', () => {
  const written: string[] = [];
  const view = new LiveView({ isTTY: true, columns: 40, write: (text) => written.push(text) }, false);
  const line = { name: 'sim-01', state: 'deploying', step: 'write_image (3 of 6)', elapsedMs: 83_000 };
  view.show([line]);
  view.show([{ ...line, step: 'bad\u001B[31m\u0008news '.repeat(9) }]);
  expect(written[0]).toBe('\u001B[2Ksim-01     1:23  deploying      write_im\n');
  expect(written[1]).toBe('\u001B[1A\u001B[2Ksim-01     1:23  deploying      bad news\n');
});

it('is refused beside real data', async () => {
  const withDatabase = readConfig({}, { DATABASE_URL: 'postgresql://db/x' });
  await expect(start(withDatabase, true)).rejects.toThrow(
    /^The demo runs on data of its own only and DATABASE_URL is set/,
  );
  const withTemporal = readConfig({}, { TEMPORAL_ADDRESS: 'temporal:7233' });
  await expect(start(withTemporal, true)).rejects.toThrow(/TEMPORAL_ADDRESS is set/);
  const withLogin = { ...readConfig({}, {}), apiOpen: false };
  await expect(start(withLogin, true)).rejects.toThrow(/auth\.strategy or tls\.cert_file is set: use "temper up"/);
});
