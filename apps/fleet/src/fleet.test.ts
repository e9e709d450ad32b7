import { peerMissing } from '../../../test/support/peers.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi, type TestContext } from 'vitest';
import { createFleet, type Fleet, type FleetOptions } from './fleet.js';
import { generateImages } from './generated-images.js';
import { hasIpmitool, ipmitool } from './testing/ipmitool.js';
import { ScriptedApi } from './testing/scripted-api.js';
import { serveFiles, type FileServer } from './testing/serve-files.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

let ipmitoolThere = false;
beforeAll(async () => {
  ipmitoolThere = await hasIpmitool();
});

/** Tests that drive machines over the wire need ipmitool; without it they are skipped, unless peers are required. */
function needIpmitool(context: TestContext): void {
  if (ipmitoolThere) return;
  peerMissing(context, 'needs ipmitool (Debian package ipmitool)');
}

interface Site {
  readonly fleet: Fleet;
  readonly api: ScriptedApi;
  /** Served by the boot server; may be changed. */
  readonly bootFiles: Record<string, Buffer | string>;
  readonly boot: FileServer;
  readonly options: FleetOptions;
}

/** A fleet with its boot server and an API. */
async function site(options: Partial<FleetOptions> = {}): Promise<Site> {
  const api = await ScriptedApi.start();
  cleanups.push(() => api.close());
  const bootFiles: Record<string, Buffer | string> = {};
  const boot = await serveFiles(bootFiles);
  cleanups.push(() => boot.close());
  const dataDir = await mkdtemp(join(tmpdir(), 'fleet-'));
  cleanups.push(() => rm(dataDir, { recursive: true }));
  const all = { bootUrl: boot.url, dataDir, timeScale: 0, retryScale: 0.001, diskBytes: 8 * 2 ** 30, ...options };
  const fleet = await createFleet(all);
  cleanups.push(() => fleet.close());
  for (const { name, content } of generateImages()) bootFiles[`/${name}`] = content;
  bootFiles['/boot.ipxe'] = '#!ipxe\nchain --replace /boot/${net0/mac:hexhyp} || exit 1\n';
  const mac = fleet.machines[0]?.identity.mac.replaceAll(':', '-') ?? '';
  bootFiles[`/boot/${mac}`] = [
    '#!ipxe',
    `kernel /kernel ipa-api-url=${api.url} BOOTIF=\${mac} initrd=ramdisk || exit 1`,
    'initrd /ramdisk || exit 1',
    'boot',
  ].join('\n');
  return { fleet, api, bootFiles, boot, options: all };
}

async function get(url: string): Promise<Record<string, unknown>> {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, unknown>;
}

async function put(url: string, body: unknown): Promise<Response> {
  return fetch(url, { method: 'PUT', body: JSON.stringify(body) });
}

/** Waits until the control API shows what is expected of the first machine. */
async function shows(fleet: Fleet, expected: Record<string, unknown>): Promise<Record<string, unknown>> {
  return vi.waitFor(
    async () => {
      const machine = await get(`${fleet.url}/machines/sim-01`);
      expect(machine).toMatchObject(expected);
      return machine;
    },
    { timeout: 20_000, interval: 20 },
  );
}

const node = { node: { uuid: 'node-1', properties: {}, instance_info: {} }, ports: [] };

describe('a fleet', () => {
  it('goes from power on by IPMI to a running instance, executing its script and its steps', async (context) => {
    needIpmitool(context);
    const { fleet, api, boot } = await site();
    const [machine] = fleet.machines;
    const identity = machine!.identity;
    expect(await ipmitool(identity, 'chassis', 'power', 'status')).toBe('Chassis Power is off');
    await ipmitool(identity, 'chassis', 'bootdev', 'pxe', 'options=efiboot');
    await ipmitool(identity, 'chassis', 'power', 'on');

    const client = await api.agentClient();
    expect(boot.requests).toEqual(['/boot.ipxe', '/boot/52-54-00-7e-00-01', '/kernel', '/ramdisk']);
    await shows(fleet, { power: 'on', stage: 'agent', agentStage: 'serving' });

    const images = (await (await fetch(`${fleet.url}/images`)).json()) as Record<string, string>[];
    const image = images.find(({ kind }) => kind === 'disk');
    const image_info = {
      id: 'disk.img',
      urls: [image?.['url']],
      disk_format: 'raw',
      stream_raw_images: true,
      os_hash_algo: 'sha256',
      os_hash_value: image?.['sha256'],
    };
    const step = { interface: 'deploy', step: 'write_image', args: { image_info, configdrive: null } };
    const written = await client.command('deploy.execute_deploy_step', { ...node, step, deploy_version: null }, true);
    expect(written.body).toMatchObject({ command_status: 'SUCCEEDED' });

    await ipmitool(identity, 'chassis', 'bootdev', 'disk', 'options=efiboot,persistent');
    await client.command('standby.power_off', {}, false);
    await shows(fleet, { power: 'off', stage: 'off' });
    await ipmitool(identity, 'chassis', 'power', 'on');
    const running = await shows(fleet, { stage: 'instance' });
    expect(running['instance']).toMatchObject({
      source: 'disk',
      bootMode: 'uefi',
      image: { id: 'disk.img', bytes: 4 * 2 ** 20, sha256: image?.['sha256'] },
      configDrive: null,
    });
    const bmcLog = (await (await fetch(`${fleet.url}/machines/sim-01/bmc-log`)).json()) as { name: string }[];
    expect(bmcLog.map(({ name }) => name)).toContain('Chassis Control');
  });

  it('shows a step that was added to one machine to whoever asks its agent, and runs it', async () => {
    const { fleet, api } = await site();
    const added = {
      interface: 'deploy',
      step: 'flash_firmware',
      priority: 42,
      kind: 'clean',
      durationMs: 5,
      result: 'v2',
    };
    expect((await put(`${fleet.url}/machines/sim-01/agent-steps`, added)).status).toBe(200);
    expect(
      (await put(`${fleet.url}/machines/sim-01/agent-steps`, { ...added, kind: 'deploy', priority: 90 })).status,
    ).toBe(200);
    await powerOnWithPxe(fleet);

    const client = await api.agentClient();
    const clean = await client.command('clean.get_clean_steps', node, true);
    expect(clean.body).toMatchObject({
      command_result: {
        clean_steps: {
          FleetHardwareManager: [{ step: 'flash_firmware', priority: 42, interface: 'deploy', abortable: true }],
        },
        hardware_manager_version: { generic_hardware_manager: '1.2', fleet_hardware_manager: '1' },
      },
    });
    const deploy = await client.command('deploy.get_deploy_steps', node, true);
    expect(deploy.body).toMatchObject({
      command_result: { deploy_steps: { FleetHardwareManager: [{ step: 'flash_firmware', priority: 90 }] } },
    });
    const step = { step: 'flash_firmware', interface: 'deploy' };
    expect((await client.command('clean.execute_clean_step', { ...node, step }, true)).body).toMatchObject({
      command_result: { clean_result: 'v2' },
    });
    const { agent } = await get(`${fleet.url}/machines/sim-01`);
    expect(agent).toMatchObject({
      received: { 'clean.get_clean_steps': 1, 'deploy.get_deploy_steps': 1, 'clean.execute_clean_step': 1 },
    });
  });

  it('keeps addresses, accounts, power, boot override and disks over a restart', async (context) => {
    needIpmitool(context);
    const { fleet, options } = await site();
    const before = fleet.machine('sim-01').identity;
    await ipmitool(before, 'chassis', 'bootdev', 'pxe', 'options=efiboot,persistent');
    await ipmitool(before, 'chassis', 'power', 'on');
    await shows(fleet, { stage: 'agent' });
    await fleet.close();
    const again = await createFleet(options);
    cleanups.push(() => again.close());
    expect(again.machine('sim-01').identity).toEqual(before);
    await vi.waitFor(() => expect(again.machine('sim-01').boot?.stage).toBe('agent'), { timeout: 10_000 });
  });

  it('goes on with its agent and the step that runs when the fleet was stopped and starts again', async () => {
    const { fleet, api, options } = await site();
    await put(`${fleet.url}/machines/sim-01/faults`, { machine: { hangStep: 'erase_devices' } });
    await powerOnWithPxe(fleet);
    const client = await api.agentClient();
    const step = { step: 'erase_devices', interface: 'deploy' };
    const started = await client.command('clean.execute_clean_step', { ...node, step }, false);
    const { id } = started.body as { id: string };
    const lookups = api.requests.filter(({ path }) => path.startsWith('/v1/lookup')).length;
    await fleet.close();

    const again = await createFleet(options);
    cleanups.push(() => again.close());
    await api.heartbeat(1);
    // The same address, certificate and token; faults do not outlive the fleet's process.
    const ended = await client.get(`/v1/commands/${id}?wait=true`);
    expect(ended.body).toMatchObject({ id, command_name: 'execute_clean_step', command_status: 'SUCCEEDED' });
    expect(api.requests.filter(({ path }) => path.startsWith('/v1/lookup'))).toHaveLength(lookups);
    await shows(again, { power: 'on', agentStage: 'serving' });
  });

  it('boots again by the same device when the fleet was stopped before its agent served', async () => {
    const { fleet, api, boot, options } = await site();
    api.lookupAnswers.push(...Array.from({ length: 1_000 }, () => 'drop' as const));
    await powerOnWithPxe(fleet);
    await shows(fleet, { agentStage: 'looking up' });
    await fleet.close();
    const asked = boot.requests.length;

    api.lookupAnswers.length = 0;
    const again = await createFleet(options);
    cleanups.push(() => again.close());
    await shows(again, { stage: 'agent', agentStage: 'serving' });
    expect(boot.requests.slice(asked)[0]).toBe('/boot.ipxe');
  });

  it('ends the agent at once when the BMC cuts the power, and boots anew after a reset', async (context) => {
    needIpmitool(context);
    const { fleet, api } = await site();
    const { identity } = fleet.machine('sim-01');
    await ipmitool(identity, 'chassis', 'bootdev', 'pxe', 'options=persistent');
    await ipmitool(identity, 'chassis', 'power', 'on');
    const client = await api.agentClient();
    api.tokenGiven = false;
    await ipmitool(identity, 'chassis', 'power', 'reset');
    await api.heartbeat(1);
    await expect(client.get('/v1/status')).rejects.toThrow(/ECONNREFUSED/);
    await ipmitool(identity, 'chassis', 'power', 'off');
    await shows(fleet, { power: 'off', agentStage: null });
    await expect((await api.agentClient()).get('/v1/status')).rejects.toThrow(/ECONNREFUSED/);
  });

  it('goes off by a soft off, unless the operating system ignores it', async (context) => {
    needIpmitool(context);
    const { fleet } = await site();
    const { identity } = fleet.machine('sim-01');
    await ipmitool(identity, 'chassis', 'power', 'on');
    await shows(fleet, { stage: 'no bootable device' });
    await put(`${fleet.url}/machines/sim-01/faults`, { machine: { ignoreSoftOff: true } });
    await ipmitool(identity, 'chassis', 'power', 'soft');
    await shows(fleet, { log: expect.arrayContaining([expect.objectContaining({ event: 'shutdown ignored' })]) });
    await put(`${fleet.url}/machines/sim-01/faults`, {});
    await ipmitool(identity, 'chassis', 'power', 'soft');
    await shows(fleet, { power: 'off' });
  });

  it('passes faults to the BMC', async (context) => {
    needIpmitool(context);
    const { fleet } = await site();
    const { identity } = fleet.machine('sim-01');
    const fault = { bmc: { completionCode: { command: 'Chassis Control', code: 0xc0, times: 1 } } };
    expect(await (await put(`${fleet.url}/machines/sim-01/faults`, fault)).json()).toMatchObject(fault);
    await expect(ipmitool(identity, 'chassis', 'power', 'on')).rejects.toThrow(/Node busy/i);
    expect((await get(`${fleet.url}/machines/sim-01`))['power']).toBe('off');
  });
});

describe('a boot that goes wrong', () => {
  it.each([
    ['no script', (files: Site['bootFiles']) => delete files['/boot/52-54-00-7e-00-01'], 'no bootable device'],
    ['kernel and ramdisk swapped', swapKernelAndRamdisk, 'no bootable device'],
    ['no ramdisk', (files: Site['bootFiles']) => edit(files, /^initrd.*$/m, ''), 'kernel panic'],
    [
      'another name of the ramdisk',
      (files: Site['bootFiles']) => edit(files, 'initrd=ramdisk', 'initrd=other'),
      'kernel panic',
    ],
    ['a prompt', (files: Site['bootFiles']) => edit(files, /^boot$/m, 'prompt'), 'iPXE waits'],
    ['no agent parameters', (files: Site['bootFiles']) => edit(files, /ipa-api-url=\S+/, ''), 'instance'],
  ])('with %s stops where a real machine would', async (_, spoil, stage) => {
    const { fleet, bootFiles } = await site();
    spoil(bootFiles);
    await powerOnWithPxe(fleet);
    expect(await shows(fleet, { stage })).toMatchObject({ power: 'on', agent: null });
  });

  it('with a script that restarts the machine tries again, and with one that powers it off stops', async (context) => {
    needIpmitool(context);
    const { fleet, bootFiles, boot } = await site();
    const { identity } = fleet.machine('sim-01');
    edit(bootFiles, /^boot$/m, 'reboot');
    await ipmitool(identity, 'chassis', 'bootdev', 'pxe', 'options=efiboot,persistent');
    await ipmitool(identity, 'chassis', 'power', 'on');
    await vi.waitFor(
      () => expect(boot.requests.filter((path) => path === '/boot.ipxe').length).toBeGreaterThan(1),
      5000,
    );
    edit(bootFiles, /^reboot$/m, 'poweroff');
    await shows(fleet, { power: 'off' });
  });

  it('ignores PXE when told so', async () => {
    const { fleet, boot } = await site();
    await put(`${fleet.url}/machines/sim-01/faults`, { machine: { noBoot: true } });
    await powerOnWithPxe(fleet);
    await shows(fleet, { stage: 'no bootable device' });
    expect(boot.requests).toEqual([]);
  });
});

describe('the control API', () => {
  it('lists machines and images, serves the images, and says what it does not know', async () => {
    const { fleet } = await site({ size: 3 });
    const machines = (await (await fetch(`${fleet.url}/machines`)).json()) as Record<string, unknown>[];
    expect(machines).toMatchObject([
      { name: 'sim-01', mac: '52:54:00:7e:00:01', cpuArch: 'x86_64', power: 'off', stage: 'off', instance: null },
      { name: 'sim-02', mac: '52:54:00:7e:00:02', bmc: { username: 'admin', password: expect.any(String) } },
      { name: 'sim-03' },
    ]);
    const images = (await (await fetch(`${fleet.url}/images`)).json()) as Record<string, string>[];
    expect(images.map(({ kind }) => kind)).toEqual(['disk', 'kernel', 'ramdisk']);
    const head = await fetch(images[0]?.['url'] ?? '', { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(4 * 2 ** 20));
    expect(head.headers.get('last-modified')).toBeTruthy();
    const sums = await (await fetch(`${fleet.url}/images/SHA256SUMS`)).text();
    expect(sums).toContain(`${images[0]?.['sha256']}  disk.img\n`);
    expect((await fetch(`${fleet.url}/machines/sim-99`)).status).toBe(404);
    expect((await fetch(`${fleet.url}/nowhere`)).status).toBe(404);
    const refused = await put(`${fleet.url}/machines/sim-01/faults`, { machine: { frob: 1 } });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('frob')]);
  });
});

function swapKernelAndRamdisk(files: Site['bootFiles']): void {
  edit(files, 'kernel /kernel', 'kernel /ramdisk');
}

function edit(files: Site['bootFiles'], from: string | RegExp, to: string): void {
  const path = '/boot/52-54-00-7e-00-01';
  files[path] = String(files[path]).replace(from, to);
}

/** As somebody at the machine would, who chooses the network at the boot menu. */
async function powerOnWithPxe(fleet: Fleet): Promise<void> {
  const pressed = await put(`${fleet.url}/machines/sim-01/power`, { action: 'on', bootDevice: 'pxe' });
  expect(pressed.status).toBe(200);
}
