import { X509Certificate, createPrivateKey } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { selfSignedCertificate } from './self-signed.js';

const closers: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

describe('selfSignedCertificate', () => {
  it('has the fields of the real agent certificate', async () => {
    const { certificate, key } = await selfSignedCertificate('sim-01', '127.0.0.1');
    const parsed = new X509Certificate(certificate);
    expect(parsed.subject).toBe('CN=sim-01');
    expect(parsed.issuer).toBe('CN=sim-01');
    expect(parsed.subjectAltName).toBe('IP Address:127.0.0.1');
    expect(parsed.ca).toBe(false);
    expect(parsed.publicKey.asymmetricKeyDetails?.namedCurve).toBe('secp384r1');
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true);
    const days = (Date.parse(parsed.validTo) - Date.parse(parsed.validFrom)) / 86_400_000;
    expect(days).toBeCloseTo(30 + 1 / 24, 3);
    expect(Date.parse(parsed.validFrom)).toBeLessThan(Date.now() - 3_500_000);
  });

  it('is trusted by a client that pins it, and by no other', async () => {
    const own = await selfSignedCertificate('sim-01', '127.0.0.1');
    const other = await selfSignedCertificate('sim-01', '127.0.0.1');
    const server = createServer({ key: own.key, cert: own.certificate });
    server.listen(0, '127.0.0.1');
    closers.push(() => server.close());
    const port = await new Promise<number>((resolve) => {
      server.once('listening', () => resolve((server.address() as AddressInfo).port));
    });
    expect(await handshake(port, own.certificate)).toBe('trusted');
    expect(await handshake(port, other.certificate)).not.toBe('trusted');
  });
});

function handshake(port: number, ca: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', ca }, () => {
      socket.destroy();
      resolve('trusted');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}
