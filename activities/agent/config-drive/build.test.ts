import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { peerMissing } from '../../../test/support/peers.js';
import { builtConfigDrive } from './build.js';

const run = promisify(execFile);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'temper-config-drive-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const uuid = '3926fa27-0000-4000-8000-000000000000';
const node = { uuid, name: 'web-1' };

function built(parts: Parameters<typeof builtConfigDrive>[1]): Buffer {
  return gunzipSync(Buffer.from(builtConfigDrive(node, parts), 'base64'));
}

/** Reads a volume with pycdlib, the library with which OpenStack's own tools read and write config drives. */
const reader = `
import sys, json, io, pycdlib
iso = pycdlib.PyCdlib()
iso.open(sys.argv[1])
out = {'label': iso.pvd.volume_identifier.decode().strip(), 'joliet': iso.has_joliet(), 'rockridge': iso.rock_ridge}
for kind in ('rr_path', 'joliet_path', 'iso_path'):
    found = {}
    for folder, folders, files in iso.walk(**{kind: '/'}):
        for name in files:
            path = folder.rstrip('/') + '/' + name
            data = io.BytesIO()
            iso.get_file_from_iso_fp(data, **{kind: path})
            found[path] = data.getvalue().decode()
    out[kind] = found
print(json.dumps(out))
`;

/** The first on PATH may be one that distribution packages are not installed for. */
const pythons = ['python3', '/usr/bin/python3'];

async function pythonWithPycdlib(): Promise<string | undefined> {
  for (const python of pythons.toReversed()) {
    const has = await run(python, ['-c', 'import pycdlib']).then(
      () => true,
      () => false,
    );
    if (has) return python;
  }
  return undefined;
}

describe('a config drive made from its parts', () => {
  test('is read by other people’s code under all its names', async (context) => {
    const python = await pythonWithPycdlib();
    if (!python) return peerMissing(context, 'needs pycdlib (Debian package python3-pycdlib)');
    const volume = path.join(folder, 'drive.iso');
    writeFileSync(
      volume,
      built({
        meta_data: { hostname: 'web-1.example', public_keys: { me: 'ssh-ed25519 AAAA' } },
        user_data: '#cloud-config\npackages: [nginx]\n',
        network_data: { links: [], networks: [], services: [] },
        vendor_data: { 'cloud-init': '#cloud-config' },
      }),
    );
    const { stdout } = await run(python, ['-c', reader, volume]);
    const read: Record<string, unknown> = JSON.parse(stdout);
    expect(read).toMatchObject({ label: 'config-2', joliet: true, rockridge: '1.09' });
    const meta = JSON.stringify({
      uuid,
      name: 'web-1',
      hostname: 'web-1.example',
      public_keys: { me: 'ssh-ed25519 AAAA' },
    });
    const expected = Object.fromEntries(
      ['2012-08-10', 'latest'].flatMap((version) => [
        [`/openstack/${version}/meta_data.json`, meta],
        [`/openstack/${version}/network_data.json`, '{"links":[],"networks":[],"services":[]}'],
        [`/openstack/${version}/user_data`, '#cloud-config\npackages: [nginx]\n'],
        [`/openstack/${version}/vendor_data2.json`, '{"cloud-init":"#cloud-config"}'],
      ]),
    );
    expect(read['rr_path']).toEqual(expected);
    const joliet = Object.fromEntries(Object.entries(expected).map(([name, text]) => [`${name};1`, text]));
    expect(read['joliet_path']).toEqual(joliet);
    expect(Object.keys(read['iso_path'] ?? {})).toContain('/OPENSTAC/2012_08_/META_DAT.JSO;1');
  });

  test('holds what it was given and nothing else', () => {
    const bare = built({}).toString('latin1');
    expect(bare).toContain(JSON.stringify({ uuid, name: 'web-1' }));
    expect(bare).not.toContain('user_data');
    expect(built({ meta_data: { uuid: 'mine' } }).toString('latin1')).toContain('{"uuid":"mine","name":"web-1"}');
    expect(built({ user_data: { runcmd: ['true'] } }).toString('latin1')).toContain('{"runcmd":["true"]}');
  });

  test('that the agent would refuse for its size is refused at once', () => {
    expect(() => built({ user_data: 'x'.repeat(65 * 2 ** 20) })).toThrow(
      `The config drive of node ${uuid} is larger than 64 MiB; shorten user_data`,
    );
  });
});
