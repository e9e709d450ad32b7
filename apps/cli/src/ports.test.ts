import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import process from 'node:process';
import { afterEach, expect, it } from 'vitest';
import { readConfig } from './config.js';
import { decidePorts } from './ports.js';

const servers: Server[] = [];

async function takePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return address.port;
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

it('says by what a port is used that was asked for', async () => {
  const port = await takePort();
  const config = readConfig({ port: String(port) }, {});
  await expect(decidePorts(config, {})).rejects.toThrow(
    new RegExp(
      `^Port ${port} for the API on 127\\.0\\.0\\.1 is in use by .* \\(process ${process.pid}\\): stop that, or choose another port with --port\\.$`,
    ),
  );
});

it('replaces a taken boot port unless it was asked for', async () => {
  const port = await takePort();
  const preset = { ...readConfig({ port: '0' }, {}), bootPort: port };
  expect((await decidePorts(preset, {})).boot).not.toBe(port);
  await expect(decidePorts(readConfig({ port: '0', bootPort: String(port) }, {}), {})).rejects.toThrow(
    `Port ${port} for the boot listener on 127.0.0.1 is in use by`,
  );
});

it('keeps recorded ports while they are free and replaces the others', async () => {
  const config = readConfig({ port: '0', fleet: '3' }, {});
  const first = await decidePorts(config, {});
  expect(await decidePorts(config, { ...first })).toEqual(first);
  const taken = await takePort();
  const second = await decidePorts(config, { ...first, temporal: taken });
  expect(second).toEqual({ ...first, temporal: second.temporal });
  expect(second.temporal).not.toBe(taken);
});

it('never gives one port twice', async () => {
  const { fleetBmcBase: _udp, ...tcp } = await decidePorts(readConfig({ port: '0' }, {}), {
    boot: 21_000,
    postgres: 21_000,
  });
  expect(new Set(Object.values(tcp)).size).toBe(Object.values(tcp).length);
});
