// How long deploys of simulated machines take on the build, with machines that react at once (FLEET_TIME_SCALE=0).
// Usage: npm run bench:deploy -- [nodes...]        default: 1 and 50 nodes
// Prints for each count the time from the accepted `active` to `active`: minimum, median, maximum, and of all together.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const temper = fileURLToPath(new URL('../../bin/temper.mjs', import.meta.url));
const counts = process.argv.slice(2).map(Number).filter(Boolean);

for (const count of counts.length > 0 ? counts : [1, 50]) await measure(count);

async function measure(count) {
  const home = mkdtempSync(path.join(tmpdir(), 'temper-bench-'));
  chmodSync(home, 0o755);
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const product = spawn(
    process.execPath,
    [temper, 'up', '--home', home, '--port', String(port), '--fleet', String(count)],
    {
      env: { ...process.env, FLEET_TIME_SCALE: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    await ready(product);
    const api = `http://127.0.0.1:${port}`;
    const fleet = fleetUrl(home);
    const names = await enroll(api, fleet);
    await all(api, names, 'manage', 'manageable');
    await all(api, names, 'provide', 'available');
    report(count, await all(api, names, 'active', 'active'));
  } finally {
    product.kill('SIGTERM');
    await new Promise((resolve) => product.once('exit', resolve));
    rmSync(home, { recursive: true, force: true });
  }
}

function ready(product) {
  return new Promise((resolve, reject) => {
    let text = '';
    product.stdout.on('data', (chunk) => {
      text += chunk;
      if (/^ready /m.test(text)) resolve();
    });
    product.once('exit', () => reject(new Error(`temper up ended:\n${text}`)));
  });
}

function fleetUrl(home) {
  const { ports } = JSON.parse(readFileSync(path.join(home, 'run', 'state.json'), 'utf8'));
  return `http://127.0.0.1:${ports.fleetControl}`;
}

async function enroll(api, fleet) {
  const machines = await (await fetch(`${fleet}/machines`)).json();
  const images = Object.fromEntries(
    (await (await fetch(`${fleet}/images`)).json()).map((image) => [image.kind, image]),
  );
  await Promise.all(
    machines.map(async ({ name, mac, bmc }) => {
      const node = await call(api, 'POST', '/v1/nodes', {
        name,
        driver: 'ipmi',
        driver_info: {
          ipmi_address: bmc.address,
          ipmi_port: bmc.port,
          ipmi_username: bmc.username,
          ipmi_password: bmc.password,
          deploy_kernel: images.kernel.url,
          deploy_ramdisk: images.ramdisk.url,
        },
        instance_info: {
          image_source: images.disk.url,
          image_os_hash_algo: 'sha256',
          image_os_hash_value: images.disk.sha256,
        },
      });
      await call(api, 'POST', '/v1/ports', { address: mac, node_uuid: node.uuid });
    }),
  );
  return machines.map(({ name }) => name);
}

/** Sends the verb to all nodes and waits until each is in the state; milliseconds of each since its 202, and of all. */
async function all(api, names, target, state) {
  const began = performance.now();
  const accepted = new Map();
  await Promise.all(
    names.map(async (name) => {
      await call(api, 'PUT', `/v1/nodes/${name}/states/provision`, { target });
      accepted.set(name, performance.now());
    }),
  );
  const took = new Map();
  while (took.size < names.length) {
    await delay(50);
    const { nodes } = await call(api, 'GET', '/v1/nodes/detail');
    for (const node of nodes) {
      if (node.provision_state === state && !took.has(node.name)) {
        took.set(node.name, performance.now() - accepted.get(node.name));
      }
      if (node.last_error) throw new Error(`${node.name}: ${node.last_error}`);
    }
  }
  return { each: [...took.values()], all: performance.now() - began };
}

async function call(api, method, url, body) {
  const response = await fetch(api + url, {
    method,
    headers: { 'X-OpenStack-Ironic-API-Version': '1.95', 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

function report(count, { each, all: whole }) {
  const sorted = each.toSorted((a, b) => a - b);
  const seconds = (ms) => (ms / 1000).toFixed(2);
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  process.stdout.write(
    `${count} nodes: min ${seconds(sorted[0])} s, median ${seconds(median)} s, max ${seconds(sorted.at(-1))} s, ` +
      `all ${seconds(whole)} s, ${(count / (whole / 1000)).toFixed(2)} nodes/s\n`,
  );
}
