import { peerMissing } from '../../../../test/support/peers.js';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Disk } from '../disk.js';
import type { MachineFaults } from '../faults.js';
import { generateImages } from '../generated-images.js';
import { timings } from '../timings.js';
import { ScriptedApi } from '../testing/scripted-api.js';
import { serveFiles } from '../testing/serve-files.js';
import { SimulatedAgent } from './agent.js';
import type { RamdiskHost } from './ramdisk-host.js';
import { StepTable } from './step-table.js';

const run = promisify(execFile);
const GIB = 2 ** 30;
const MAC = '52:54:00:7e:00:01';
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** An API, and a machine whose ramdisk has just booted with its address on the command line. */
async function boot(options: { faults?: MachineFaults; commandLine?: string; diskBytes?: number } = {}) {
  const api = await ScriptedApi.start();
  cleanups.push(() => api.close());
  const folder = await mkdtemp(join(tmpdir(), 'fleet-agent-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  const diskBytes = options.diskBytes ?? 8 * GIB;
  const disk = await Disk.open(folder, diskBytes);
  const events: string[] = [];
  const shutDown = vi.fn<RamdiskHost['shutDown']>();
  const host: RamdiskHost = {
    identity: {
      name: 'sim-01',
      mac: MAC,
      uuid: '00000000-0000-0000-0000-000000000001',
      serial: 'S1',
      cpuArch: 'x86_64',
      cpus: 4,
      memoryMb: 4096,
      diskBytes,
      firmware: 'uefi',
      bmc: { address: '127.0.0.1', port: 623, username: 'admin', password: 'x' },
    },
    disk,
    timings: timings({ timeScale: 0, retryScale: 0.001 }),
    bootMode: 'uefi',
    address: '127.0.0.1',
    steps: new StepTable(),
    faults: options.faults ?? {},
    shutDown,
    journal: () => events.join('\n'),
    log: (event, detail = '') => events.push(`${event} ${detail}`),
  };
  const power = new AbortController();
  cleanups.push(() => power.abort(new Error('power off')));
  const start = () => {
    const agent = new SimulatedAgent(host, options.commandLine ?? `quiet ipa-api-url=${api.url}`, power.signal);
    const ended = agent.run().catch(() => 'killed');
    return { agent, ended };
  };
  return { api, host, disk, folder, events, shutDown, power, start };
}

const node = { node: { uuid: 'u-1', properties: {}, instance_info: {}, driver_internal_info: {} }, ports: [] };

describe('the simulated agent at its start', () => {
  it('asks for the version, looks up at 1.62, heartbeats at 1.68 with its certificate', async () => {
    const { api, start } = await boot();
    start();
    const { headers, body } = await api.heartbeat();
    expect(api.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /',
      `GET /v1/lookup?addresses=${encodeURIComponent(MAC)}`,
      'GET /',
      'POST /v1/heartbeat/node-1',
    ]);
    expect(api.requests[1]?.headers['x-openstack-ironic-api-version']).toBe('1.62');
    expect(headers['x-openstack-ironic-api-version']).toBe('1.68');
    expect(body).toEqual({
      callback_url: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      agent_token: api.token,
      agent_version: '13.0.0',
      agent_verify_ca: expect.stringContaining('BEGIN CERTIFICATE'),
    });
  });

  it('serves TLS 1.3 with exactly the certificate that it announced', async () => {
    const { api, start } = await boot();
    start();
    const client = await api.agentClient();
    expect(await client.get('/v1/status')).toMatchObject({ status: 200, body: { version: '13.0.0' } });
    await expect(client.get('/v1/status', { maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol version/);
    await expect(client.get('/v1/status', { ca: (await boot()).api.foreignCertificate })).rejects.toThrow(
      /self-signed/,
    );
  });

  it('keeps asking while the API refuses, loses its connection, or is locked', async () => {
    const { api, start } = await boot();
    api.lookupAnswers.push(
      { status: 404, body: {} },
      'drop',
      { status: 409, body: {} },
      { status: 200, body: { node: {} } },
    );
    start();
    await api.heartbeat();
    expect(api.requests.filter(({ path }) => path.startsWith('/v1/lookup'))).toHaveLength(5);
  });

  it('dies without a word when its token was handed out before', async () => {
    const { api, start } = await boot({ faults: { loseToken: 1 } });
    const { agent, ended } = start();
    await ended;
    expect(agent.view.stage).toBe('dead: token lost');
    expect(api.heartbeats).toHaveLength(0);
  });

  it('uses the token of its kernel parameters when the answer is masked', async () => {
    const token = 'pre-generated-token-of-more-than-32-characters';
    const { api } = await boot();
    api.tokenGiven = true;
    const { start } = await boot({
      commandLine: `ipa-api-url=${api.url} ipa-agent-token=${token} ipa-global-request-id=req-7`,
    });
    start();
    const { body, headers } = await api.heartbeat();
    expect(body).toMatchObject({ agent_token: token });
    expect(headers['x-openstack-request-id']).toBe('req-7');
  });

  it('posts inspection data first and looks up by the uuid of the answer', async () => {
    const { api } = await boot();
    const commandLine = `ipa-api-url=${api.url} ipa-inspection-callback-url=${api.url}/v1/continue_inspection ipa-inspection-collectors=default,lldp,logs BOOTIF=${MAC}`;
    const { start } = await boot({ commandLine });
    start();
    await api.heartbeat();
    const [data, lookup] = [api.requests[0], api.requests.find(({ path }) => path.startsWith('/v1/lookup'))];
    expect(data?.headers['x-openstack-ironic-api-version']).toBeUndefined();
    expect(data?.body).toMatchObject({
      inventory: {
        interfaces: [{ mac_address: MAC, has_carrier: true, ipv4_address: '198.18.0.1' }],
        cpu: { architecture: 'x86_64' },
        boot: { current_boot_mode: 'uefi', pxe_interface: MAC },
      },
      root_disk: { name: '/dev/vda', size: 8 * GIB },
      lldp_raw: { eth0: expect.any(Array) },
      logs: expect.any(String),
      error: null,
    });
    expect(lookup?.path).toContain('node_uuid=node-1');
  });

  it('stops at once when the power goes', async () => {
    const { api, start, power } = await boot();
    const { ended } = start();
    const client = await api.agentClient();
    const waiting = client.get('/v1/status');
    power.abort(new Error('power off'));
    expect(await ended).toBe('killed');
    await Promise.allSettled([waiting]);
    await expect(client.get('/v1/status')).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('the command API', () => {
  async function serving(options: Parameters<typeof boot>[0] = {}) {
    const booted = await boot(options);
    const { agent, ended } = booted.start();
    return { ...booted, agent, ended, client: await booted.api.agentClient() };
  }

  it('wants the token for every command route, and redirects without the slash', async () => {
    const { client } = await serving();
    for (const path of ['/v1/commands/', '/v1/commands/x', '/commands/']) {
      expect(await client.get(path, { token: 'wrong' })).toMatchObject({
        status: 401,
        body: { faultcode: 'Client', faultstring: '401 Unauthorized: Token invalid.' },
      });
    }
    const redirect = await client.get('/v1/commands?agent_token=x', { token: '' });
    expect(redirect.status).toBe(308);
    expect(redirect.headers.location).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/v1\/commands\/\?agent_token=x/);
    expect((await client.get('/nowhere')).status).toBe(404);
  });

  it('lists the generic steps by manager and its version', async () => {
    const { client } = await serving();
    const { body } = await client.command('clean.get_clean_steps', node, true);
    expect(body).toMatchObject({
      command_name: 'get_clean_steps',
      command_status: 'SUCCEEDED',
      command_error: null,
      command_result: { hardware_manager_version: { generic_hardware_manager: '1.2' } },
    });
    const steps = listed(body, 'clean');
    expect(steps).toContainEqual({
      step: 'erase_devices_metadata',
      priority: 99,
      interface: 'deploy',
      reboot_requested: false,
      abortable: true,
    });
    expect(listed((await client.command('deploy.get_deploy_steps', node, true)).body, 'deploy')).toContainEqual({
      step: 'write_image',
      priority: 0,
      interface: 'deploy',
      reboot_requested: false,
    });
  });

  it('runs one command at a time, answers long polls when it ends, and heartbeats then', async () => {
    const { client, host, api } = await serving();
    host.faults.hangStep = 'burnin_cpu';
    host.steps.add({ interface: 'deploy', step: 'quick', kind: 'clean', priority: 5, result: 'done' });
    const before = api.heartbeats.length;
    const finished = await client.command('clean.execute_clean_step', { ...node, step: { step: 'quick' } }, true);
    expect(finished.body).toMatchObject({
      command_status: 'SUCCEEDED',
      command_result: { clean_result: 'done', clean_step: { step: 'quick' } },
    });
    await api.heartbeat(before);
    const started = await client.command('clean.execute_clean_step', { ...node, step: { step: 'burnin_cpu' } }, false);
    expect(started.body).toMatchObject({ command_status: 'RUNNING', command_result: null });
    for (const name of ['clean.execute_clean_step', 'standby.sync']) {
      expect(await client.command(name, {}, false)).toMatchObject({
        status: 409,
        body: { faultstring: 'Agent is busy: executing command execute_clean_step' },
      });
    }
    const all = await client.get('/v1/commands/');
    expect(all.body).toMatchObject({ commands: [{ command_status: 'SUCCEEDED' }, { command_status: 'RUNNING' }] });
  });

  it('reports a step that fails, and one that does not exist', async () => {
    const { client, host } = await serving();
    host.faults.failStep = { step: 'erase_devices', message: 'the disk said no', times: 1 };
    const run = (step: string) => client.command('clean.execute_clean_step', { ...node, step: { step } }, true);
    expect((await run('erase_devices')).body).toMatchObject({
      command_status: 'FAILED',
      command_result: null,
      command_error: {
        type: 'CleaningError',
        code: 500,
        message: 'Clean step failed',
        details: 'Unexpected exception performing clean step erase_devices. Error: the disk said no',
      },
    });
    expect((await run('erase_devices')).body).toMatchObject({ command_status: 'SUCCEEDED' });
    host.faults.failStep = { step: 'erase_devices', message: 'frozen', type: 'BlockDeviceEraseError' };
    expect((await run('erase_devices')).body).toMatchObject({
      command_error: { type: 'BlockDeviceEraseError', message: 'Error erasing block device', details: 'frozen' },
    });
    expect((await run('frobnicate')).body).toMatchObject({
      command_error: { type: 'HardwareManagerMethodNotFound', details: 'Could not find method: frobnicate' },
    });
  });

  it('runs no step for another version of the hardware managers', async () => {
    const { client } = await serving();
    const step = { step: 'erase_devices' };
    const run = async (version: unknown) => {
      const params = { ...node, step, clean_version: version };
      return (await client.command('clean.execute_clean_step', params, true)).body;
    };
    expect(await run({ generic_hardware_manager: '1.1' })).toMatchObject({
      command_status: 'CLEAN_VERSION_MISMATCH',
      command_error: {
        type: 'VersionMismatch',
        code: 409,
        details:
          "Current versions: {'generic_hardware_manager': '1.2'}, " +
          "versions used by ironic: {'generic_hardware_manager': '1.1'}",
      },
    });
    expect(await run({ generic_hardware_manager: '1.2' })).toMatchObject({ command_status: 'SUCCEEDED' });
    expect(await run(null)).toMatchObject({ command_status: 'SUCCEEDED' });
  });

  it.each([
    ['nodot', {}, 400, 'Invalid command: Command name must be of the form <extension>.<name>'],
    ['frob.x', {}, 404, 'Not found: Extension with id frob not found.'],
    ['standby.frob', {}, 400, 'Invalid command: Unknown command: frob'],
    ['standby.prepare_image', { image_info: {} }, 400, "Invalid command parameters: Image is missing 'id' field."],
    ['poll.set_node_info', {}, 400, expect.stringContaining('standalone mode')],
  ])('refuses %s', async (name, params, status, faultstring) => {
    const { client } = await serving();
    expect(await client.command(name, params, true)).toMatchObject({ status, body: { faultstring } });
  });

  it('is spoiled by a sync command with an unknown parameter until it restarts', async () => {
    const { client } = await serving();
    const spoiled = { faultcode: 'Server', faultstring: 'Object of type TypeError is not JSON serializable' };
    expect(await client.command('standby.sync', { frob: 1 }, true)).toMatchObject({ status: 500, body: spoiled });
    expect(await client.get('/v1/commands/')).toMatchObject({ status: 500, body: spoiled });
    const good = await client.command('standby.sync', {}, true);
    expect(good.status).toBe(200);
    expect((await client.get(`/v1/commands/${String(Reflect.get(Object(good.body), 'id'))}`)).status).toBe(200);
  });

  it('gives its inventory and its logs', async () => {
    const { client } = await serving();
    const info = await client.command('poll.get_hardware_info', {}, true);
    expect(info.body).toMatchObject({ command_result: { memory: { physical_mb: 4096 }, hostname: 'sim-01' } });
    const logs = await client.command('log.collect_system_logs', {}, true);
    const packed = (logs.body as { command_result: { system_logs: string } }).command_result.system_logs;
    expect(gunzipSync(Buffer.from(packed, 'base64')).toString()).toContain('lookup answered node-1');
  });

  it('stops serving after rescue and lockdown, having answered', async () => {
    for (const [name, stage] of [
      ['rescue.finalize_rescue', 'rescued'],
      ['system.lockdown', 'locked down'],
    ] as const) {
      const { client, agent, ended } = await serving();
      const params = name.startsWith('rescue') ? { rescue_password: '$5$x', hashed: true } : {};
      expect((await client.command(name, params, true)).body).toMatchObject({ command_status: 'SUCCEEDED' });
      await ended;
      expect(agent.view.stage).toBe(stage);
      await expect(client.get('/v1/status')).rejects.toThrow(/ECONNREFUSED/);
    }
  });

  it('powers off and reboots by the machine, once it has answered', async () => {
    const { client, shutDown } = await serving();
    expect((await client.command('standby.power_off', {}, false)).body).toMatchObject({ command_status: 'RUNNING' });
    await vi.waitFor(() => expect(shutDown).toHaveBeenCalledWith('off', expect.any(Promise)));
    await vi.waitFor(async () => expect((await client.command('standby.run_image', {}, true)).status).toBe(200));
    expect(shutDown).toHaveBeenLastCalledWith('reboot', expect.any(Promise));
  });

  it('comes back without its token after a crash, and is dead then', async () => {
    const { client, agent, ended, host } = await serving({ faults: { crashInStep: 'erase_devices' } });
    await client.command('clean.execute_clean_step', { ...node, step: { step: 'erase_devices' } }, false);
    await ended;
    expect(agent.view.stage).toBe('dead: token lost');
    expect(host.journal()).toContain('agent restarting crashed');
  });

  it.each([
    ['busy', 409],
    ['error', 500],
  ] as const)('answers commands as told by refuseCommands=%s', async (refuseCommands, status) => {
    const { client, host } = await serving();
    host.faults.refuseCommands = refuseCommands;
    expect((await client.command('standby.sync', {}, true)).status).toBe(status);
    host.faults.refuseCommands = 'drop';
    await expect(client.command('standby.sync', {}, true)).rejects.toThrow('socket hang up');
    delete host.faults.refuseCommands;
    expect((await client.command('standby.sync', {}, true)).status).toBe(200);
  });
});

describe('the write_image step', () => {
  const [image] = generateImages();
  if (!image) throw new Error('no image generated');

  async function deploying(options: Parameters<typeof boot>[0] = {}) {
    const booted = await boot(options);
    const files = await serveFiles({ '/disk.img': image!.content, '/sums': `${image!.sha256}  disk.img\n` });
    cleanups.push(() => files.close());
    booted.start();
    const client = await booted.api.agentClient();
    const write = async (info: Record<string, unknown> = {}, configdrive: unknown = null, given: unknown = {}) => {
      const image_info = {
        id: 'disk.img',
        urls: [`${files.url}/disk.img`],
        disk_format: 'raw',
        stream_raw_images: true,
        os_hash_algo: 'sha256',
        os_hash_value: image!.sha256,
        ...info,
      };
      const step = { interface: 'deploy', step: 'write_image', args: { image_info, configdrive } };
      const params = { node: { ...node.node, ...Object(given) }, ports: [], step, deploy_version: null };
      return (await client.command('deploy.execute_deploy_step', params, true)).body;
    };
    return { ...booted, client, files, write };
  }

  it('writes the downloaded bytes and the config drive, and knows the disk afterwards', async () => {
    const { write, disk, client } = await deploying();
    expect((await client.command('standby.get_partition_uuids', {}, true)).body).toMatchObject({ command_result: {} });
    const drive = gzipSync(Buffer.from('an ISO')).toString('base64');
    expect(await write({}, drive)).toMatchObject({
      command_status: 'SUCCEEDED',
      command_result: {
        deploy_result: { result: 'prepare_image: image (disk.img) written to device /dev/vda root_uuid=0x7e3b01d5' },
      },
    });
    expect(await disk.sha256(image.content.length)).toBe(image.sha256);
    expect((await disk.configDrive())?.toString()).toBe('an ISO');
    expect((await client.command('standby.get_partition_uuids', {}, true)).body).toMatchObject({
      command_result: { 'root uuid': '0x7e3b01d5' },
    });
    const boot = {
      root_uuid: '0x7e3b01d5',
      efi_system_part_uuid: null,
      prep_boot_part_uuid: null,
      target_boot_mode: 'uefi',
    };
    expect((await client.command('image.install_bootloader', boot, true)).body).toMatchObject({
      command_status: 'SUCCEEDED',
      command_result: null,
    });
  });

  it('looks the node up again when it has no root device hints', async () => {
    const { write, api } = await deploying();
    const lookups = () => api.requests.filter(({ path }) => path.includes('node_uuid=node-1')).length;
    await write({}, null, { properties: { root_device: { size: '>= 4', serial: 's== S1-D1' } } });
    expect(lookups()).toBe(0);
    await write({ id: 'other' });
    expect(lookups()).toBe(1);
  });

  it('finds a wrong checksum only after the disk is overwritten, having tried ten times', async () => {
    const { write, disk, files } = await deploying();
    const wrong = createHash('sha256').update('other').digest('hex');
    expect(await write({ os_hash_value: wrong })).toMatchObject({
      command_status: 'FAILED',
      command_error: { type: 'ImageChecksumError', message: 'Error verifying image checksum' },
    });
    expect(files.requests.filter((path) => path === '/disk.img')).toHaveLength(10);
    expect(await disk.sha256(image.content.length)).toBe(image.sha256);
    expect(await disk.writtenImage()).toBeUndefined();
  });

  it('leaves the disk alone when an image that is not streamed fails its checksum', async () => {
    const { write, disk } = await deploying();
    const wrong = createHash('sha512').update('other').digest('hex');
    const info = { stream_raw_images: false, os_hash_algo: 'sha512', os_hash_value: wrong };
    expect(await write(info)).toMatchObject({ command_error: { type: 'ImageChecksumError' } });
    expect(await disk.partitions()).toBeUndefined();
  });

  it('takes the checksum from a file of checksums', async () => {
    const { write, files } = await deploying();
    expect(await write({ os_hash_value: `${files.url}/sums` })).toMatchObject({ command_status: 'SUCCEEDED' });
    const plain = { id: 'again', os_hash_algo: undefined, os_hash_value: undefined, checksum: `${files.url}/sums` };
    expect(await write(plain)).toMatchObject({ command_status: 'SUCCEEDED' });
  });

  it('converts qcow2 by qemu-img before it writes', async (context) => {
    const { write, disk, folder } = await deploying();
    const [raw, qcow2] = [join(folder, 'x.raw'), join(folder, 'x.qcow2')];
    await writeFile(raw, image.content);
    const converted = await run('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, qcow2]).catch(() => undefined);
    if (!converted) {
      peerMissing(context, 'needs qemu-img (Debian package qemu-utils)');
    }
    const content = await readFile(qcow2);
    const files = await serveFiles({ '/x.qcow2': content });
    cleanups.push(() => files.close());
    const os_hash_value = createHash('sha256').update(content).digest('hex');
    const info = { id: 'x.qcow2', urls: [`${files.url}/x.qcow2`], disk_format: 'qcow2', os_hash_value };
    expect(await write(info)).toMatchObject({ command_status: 'SUCCEEDED' });
    expect(await disk.sha256(image.content.length)).toBe(image.sha256);
    expect(await disk.writtenImage()).toMatchObject({ id: 'x.qcow2', bytes: image.content.length });
    expect(await write({ ...info, id: 'as raw', disk_format: 'raw' })).toMatchObject({
      command_error: { type: 'DeploymentError' },
    });
  });

  it('does not retry a 4xx', async () => {
    const { write, files } = await deploying();
    expect(await write({ urls: [`${files.url}/missing`] })).toMatchObject({
      command_error: { type: 'ImageDownloadFatalError', details: expect.stringContaining('status code 404') },
    });
    expect(files.requests).toEqual(['/missing']);
  });

  it.each([
    ['no suitable disk', { diskBytes: 2 * GIB }, {}, {}, 'DeviceNotFound', /No suitable device.*4294967296B/],
    [
      'hints that match nothing',
      {},
      {},
      { properties: { root_device: { size: 100 } } },
      'DeviceNotFound',
      /using these hints/,
    ],
    ['no partition table', {}, { urls: ['/sums'], checksum: '/sums' }, {}, 'DeploymentError', /valid partition table/],
    ['a format other than declared', {}, { disk_format: 'qcow2' }, {}, 'InvalidImage', /actually raw/],
    ['a config drive that is none', {}, { configdrive: 'bm90IGd6aXA=' }, {}, 'DeploymentError', /malformed/],
    [
      'no checksum at all',
      {},
      { os_hash_algo: null, os_hash_value: null },
      {},
      'InvalidCommandParamsError',
      /checksum is not available/,
    ],
  ])('fails for %s', async (_, options, info, given, type, details) => {
    const { write, files } = await deploying(options);
    const sums = createHash('sha256').update(`${image.sha256}  disk.img\n`).digest('hex');
    const overrides =
      'checksum' in info ? { urls: [`${files.url}/sums`], os_hash_value: sums, checksum: undefined } : info;
    expect(await write(overrides, null, given)).toMatchObject({
      command_status: 'FAILED',
      command_error: { type, details: expect.stringMatching(details) },
    });
  });
});

function listed(body: unknown, kind: string): unknown[] {
  const result = (body as { command_result: Record<string, Record<string, unknown[]>> }).command_result;
  return result[`${kind}_steps`]?.['GenericHardwareManager'] ?? [];
}
