import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Logger } from 'pino';
import type { Config } from '#config/schema.js';
import { fileMark } from './file-mark.js';

/** How often the files are looked at, in milliseconds. */
const usualIntervalMs = 2_000;

/** As Fastify's own servers: longer than the 60 s after which proxies close idle connections. */
const keepAliveMs = 72_000;

/** Where certificate and key are. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
}

/** The files that the configuration names; undefined for plain HTTP. @throws Error in one sentence, for only one of two */
export function tlsFiles({ cert_file: certFile, key_file: keyFile, min_version: minVersion }: Config['tls']) {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined) {
    const missing = certFile === undefined ? 'tls.cert_file' : 'tls.key_file';
    throw new Error(`TLS needs both a certificate and its key: set ${missing} too.`);
  }
  return { certFile, keyFile, minVersion } satisfies TlsFiles;
}

/**
 * An HTTPS server that takes new certificates without a restart. Open connections keep the one that they began with;
 * files that do not fit together, as while they are being replaced, are logged and tried again.
 * @throws Error in one sentence, when the files do not do at the start
 */
export function createTlsServer(
  files: TlsFiles,
  listener: RequestListener,
  logger: Pick<Logger, 'info' | 'error'>,
  intervalMs = usualIntervalMs,
): Server {
  const server = startServer(files, listener);
  server.keepAliveTimeout = keepAliveMs;
  let seen: string | undefined;
  const look = async () => {
    const mark = [await fileMark(files.certFile), await fileMark(files.keyFile)].join(' ');
    const first = seen === undefined;
    if (mark === seen) return;
    seen = mark;
    const [cert, key] = await Promise.all([readFile(files.certFile), readFile(files.keyFile)]);
    server.setSecureContext({ cert, key, minVersion: files.minVersion });
    if (!first) logger.info({ file: files.certFile }, 'new certificate taken');
  };
  let failed: string | undefined;
  const lookAgain = () =>
    look().then(
      () => (failed = undefined),
      (error: unknown) => {
        const text = String(error);
        if (text !== failed) logger.error({ err: error, file: files.certFile }, 'the certificate stays as it was');
        failed = text;
      },
    );
  const timer = setInterval(() => void lookAgain(), intervalMs);
  timer.unref();
  server.once('close', () => clearInterval(timer));
  return server;
}

function startServer({ certFile, keyFile, minVersion }: TlsFiles, listener: RequestListener): Server {
  try {
    return createServer({ cert: readFileSync(certFile), key: readFileSync(keyFile), minVersion }, listener);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`TLS cannot start with ${certFile} and ${keyFile} (${reason}): give PEM files that fit together.`, {
      cause: error,
    });
  }
}
