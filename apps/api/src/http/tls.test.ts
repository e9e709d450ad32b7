import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from 'node:tls';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { selfSignedCertificate } from '../../../fleet/src/tls/self-signed.js';
import { createTlsServer, tlsFiles, type TlsFiles } from './tls.js';

let folder: string;
let files: TlsFiles;
let server: Server;

const logger = pino({ level: 'silent' });

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'temper-tls-'));
  files = { certFile: path.join(folder, 'tls.crt'), keyFile: path.join(folder, 'tls.key'), minVersion: 'TLSv1.2' };
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function certificateFor(name: string): Promise<void> {
  const { certificate, key } = await selfSignedCertificate(name, '127.0.0.1');
  await writeFile(files.certFile, certificate);
  await writeFile(files.keyFile, key);
}

async function listen(): Promise<number> {
  server = createTlsServer(files, (request, response) => response.end(String(request.url)), logger, 20);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** The name in the certificate that a new connection is shown. */
async function nameAt(port: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

test('a new certificate is taken without a restart, and open connections go on', async () => {
  await certificateFor('first');
  const port = await listen();
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  const ask = () =>
    new Promise<number | undefined>((resolve, reject) => {
      get({ host: '127.0.0.1', port, agent }, (response) => {
        const { localPort } = response.socket;
        response.resume().on('end', () => resolve(localPort));
      }).once('error', reject);
    });
  expect(await nameAt(port)).toBe('first');
  const connection = await ask();
  await certificateFor('second');
  await vi.waitFor(async () => expect(await nameAt(port)).toBe('second'));
  expect(await ask()).toBe(connection);
  agent.destroy();
  await new Promise((resolve) => server.close(resolve));
});

test('files that do not fit together leave the old certificate in place', async () => {
  await certificateFor('first');
  const port = await listen();
  const errors = vi.spyOn(logger, 'error');
  const { certificate } = await selfSignedCertificate('second', '127.0.0.1');
  await writeFile(files.certFile, certificate);
  await vi.waitFor(() => expect(errors).toHaveBeenCalled());
  expect(await nameAt(port)).toBe('first');
  await certificateFor('third');
  await vi.waitFor(async () => expect(await nameAt(port)).toBe('third'));
  await new Promise((resolve) => server.close(resolve));
});

test('what is wrong with the files is said at the start', async () => {
  expect(() => createTlsServer(files, () => undefined, logger)).toThrow(/TLS cannot start with .*tls\.crt/);
  await writeFile(files.certFile, 'no certificate');
  await writeFile(files.keyFile, 'no key');
  expect(() => createTlsServer(files, () => undefined, logger)).toThrow('give PEM files that fit together');
  expect(() => tlsFiles({ cert_file: '/a', min_version: 'TLSv1.2' })).toThrow('set tls.key_file too');
  expect(tlsFiles({ min_version: 'TLSv1.2' })).toBeUndefined();
});
