import { networkInterfaces } from 'node:os';

/** `http://host:port`, or with `https`, under which other machines reach a listener; a wildcard becomes this machine's first address. */
export function baseUrl(bind: string, port: number, { tls = false } = {}): string {
  const host = bind === '0.0.0.0' || bind === '::' ? (firstExternalAddress() ?? '127.0.0.1') : bind;
  return `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function firstExternalAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flat()
    .find((address) => address && !address.internal && address.family === 'IPv4')?.address;
}
