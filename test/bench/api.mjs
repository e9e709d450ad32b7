// How long Temper's API takes for the reads that clients do all day, side by side with a real Ironic.
// Usage: npm run bench:api -- [IRONIC_URL] [nodes]        default: no Ironic, 1000 nodes
// Starts Temper from the build in a home of its own, gives both servers the same nodes with two ports each (those that
// an earlier run left on Ironic are used again), then sends each request to both in turn. Prints for each request the
// median of both, their ratio and the lowest and highest time, and the memory of Temper's API process.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const temper = fileURLToPath(new URL('../../bin/temper.mjs', import.meta.url));
const ironic = process.argv.slice(2).find((argument) => argument.startsWith('http'));
const count = Number(process.argv.slice(2).find((argument) => /^\d+$/.test(argument)) ?? 1000);
const version = '1.95';
const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });

/** What is asked, and how often: the quick ones more often. */
const requests = [
  { name: 'GET one node', path: '/v1/nodes/bench-1', times: 100 },
  { name: `list of ${count} nodes`, path: '/v1/nodes', times: 15 },
  { name: `detail of ${count} nodes`, path: '/v1/nodes/detail', times: 7 },
  { name: 'list of 1000 ports', path: '/v1/ports', times: 15 },
];

const home = mkdtempSync(path.join(tmpdir(), 'temper-bench-'));
chmodSync(home, 0o755);
const product = spawn(process.execPath, [temper, 'up', '--home', home, '--port', '0', '--boot-port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const ours = await readyUrl(product);
  const servers = [ours, ...(ironic === undefined ? [] : [ironic])];
  for (const server of servers) await fill(server);
  const idle = memory(home);
  for (const request of requests) report(request, await measure(request, servers));
  const busy = memory(home);
  print(
    `API process: ${idle.now} MB before, ${busy.now} MB after, at most ${busy.most} MB; load ${loadavg()[0]?.toFixed(1)}`,
  );
} finally {
  agent.destroy();
  product.kill('SIGTERM');
  await new Promise((resolve) => product.once('exit', resolve));
  rmSync(home, { recursive: true, force: true });
}

function readyUrl(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const url = /^ready (\S+)/m.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', () => reject(new Error(`temper up ended:\n${text}`)));
  });
}

/** Gives the server `bench-1` … with two ports each, as far as it has not got them. */
async function fill(server) {
  const names = new Set();
  for (let next = '/v1/nodes?limit=1000'; next !== undefined;) {
    const page = JSON.parse(await call(server, 'GET', next));
    for (const node of page.nodes) names.add(node.name);
    next = page.next?.slice(page.next.indexOf('/v1/'));
  }
  const missing = Array.from({ length: count }, (_, index) => index + 1).filter((n) => !names.has(`bench-${n}`));
  const began = performance.now();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let n = missing.shift(); n !== undefined; n = missing.shift()) await addNode(server, n);
    }),
  );
  print(`${server} has ${count} nodes (${((performance.now() - began) / 1000).toFixed(0)} s)`);
}

async function addNode(server, n) {
  const { uuid } = JSON.parse(
    await call(server, 'POST', '/v1/nodes', {
      name: `bench-${n}`,
      driver: 'fake-hardware',
      resource_class: 'bench',
      properties: { cpus: 64, memory_mb: 262144, local_gb: 1800, cpu_arch: 'x86_64', capabilities: 'boot_mode:uefi' },
      driver_info: { address: `10.0.${n >> 8}.${n & 255}`, username: 'admin', fake_password: 'secret' },
      instance_info: { image_source: 'http://images/disk.raw', capabilities: { boot_option: 'local' } },
      extra: { rack: `r${n % 40}`, serial: `S${n}` },
    }),
  );
  for (const port of [0, 1]) {
    const address = ['52:54', n >> 8, n & 255, port, 1].map((part) => (typeof part === 'string' ? part : hex(part)));
    await call(server, 'POST', '/v1/ports', { node_uuid: uuid, address: address.join(':') });
  }
}

function hex(value) {
  return value.toString(16).padStart(2, '0');
}

/** Milliseconds of each request by server; the servers take turns, so that both meet the same noise. */
async function measure({ path: url, times }, servers) {
  const took = servers.map(() => []);
  for (let time = -2; time < times; time++) {
    for (const [index, server] of servers.entries()) {
      const began = performance.now();
      await call(server, 'GET', url);
      // The first two warm up.
      if (time >= 0) took[index].push(performance.now() - began);
    }
  }
  return took.map((each) => each.toSorted((a, b) => a - b));
}

function report({ name }, [ours, theirs]) {
  const median = (sorted) => sorted[Math.floor((sorted.length - 1) / 2)];
  const show = (sorted) => `${ms(median(sorted))} (${ms(sorted[0])} to ${ms(sorted.at(-1))})`;
  const compared = theirs ? `, Ironic ${show(theirs)}, ratio 1/${(median(theirs) / median(ours)).toFixed(1)}` : '';
  print(`${name}: Temper ${show(ours)}${compared}`);
}

function ms(value) {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

/** Resident memory of the API process in MB: now, and the most since it started. */
function memory(dir) {
  const { children } = JSON.parse(readFileSync(path.join(dir, 'run', 'state.json'), 'utf8'));
  const status = readFileSync(`/proc/${children.api.process.pid}/status`, 'utf8');
  const read = (name) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
  return { now: read('VmRSS'), most: read('VmHWM') };
}

/** The whole answer as text. */
function call(server, method, url, body) {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const headers = { 'X-OpenStack-Ironic-API-Version': version, 'Content-Type': 'application/json' };
  return new Promise((resolve, reject) => {
    const request = http.request(new URL(url, server), { method, agent, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode < 400) resolve(text);
        else reject(new Error(`${method} ${url}: ${response.statusCode} ${text}`));
      });
    });
    request.on('error', reject);
    request.end(payload);
  });
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
