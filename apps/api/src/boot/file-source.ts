import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { fileURLToPath } from 'node:url';

/** A file that is being served, wherever it comes from. */
export interface ServedFile {
  readonly status: 200 | 206;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/** The file cannot be served; the message names the cause without credentials in the address. */
export class FileSourceError extends Error {
  override readonly name = 'FileSourceError';
}

/** Paths that no file URL may lead to: devices and secrets of the host (Ironic file_url_allowed_paths, its fixed part). */
const forbidden = /^\/(dev|sys|proc|boot|etc|run)(\/|$)/;

/** Opens an http(s) or file URL for streaming, with a byte range if one is asked for. @throws FileSourceError */
export async function openSource(url: string, range: string | undefined, signal: AbortSignal): Promise<ServedFile> {
  const scheme = URL.canParse(url) ? new URL(url).protocol : '';
  if (scheme === 'http:' || scheme === 'https:') return openHttp(url, range, signal);
  if (scheme === 'file:') return openFile(fileURLToPath(url), range);
  throw new FileSourceError('its address is neither http(s) nor file');
}

async function openHttp(url: string, range: string | undefined, signal: AbortSignal): Promise<ServedFile> {
  const address = new URL(url);
  // fetch refuses credentials in an address; they go into the header.
  const login = address.username === '' ? undefined : `${address.username}:${address.password}`;
  address.username = '';
  address.password = '';
  const headers = {
    // Lengths must be those of the bytes that are sent on.
    'accept-encoding': 'identity',
    ...(range === undefined ? {} : { range }),
    ...(login === undefined
      ? {}
      : { authorization: `Basic ${Buffer.from(decodeURIComponent(login)).toString('base64')}` }),
  };
  let response: Response;
  try {
    response = await fetch(address, { headers, signal });
  } catch (error) {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new FileSourceError(`${address.host} does not answer (${reason})`);
  }
  if ((response.status !== 200 && response.status !== 206) || !response.body) {
    await response.body?.cancel();
    throw new FileSourceError(`${address.host} answers ${response.status} for ${address.pathname}`);
  }
  const passed = ['content-length', 'content-range', 'accept-ranges', 'last-modified'].flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  return {
    status: response.status,
    headers: Object.fromEntries(passed),
    // The two declarations of the same web stream, of the DOM and of Node, do not know each other.
    body: Readable.fromWeb(response.body as ReadableStream),
  };
}

async function openFile(path: string, range: string | undefined): Promise<ServedFile> {
  if (forbidden.test(path)) throw new FileSourceError(`${path} may not be served`);
  let size: number;
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new FileSourceError(`${path} is no file`);
    ({ size } = found);
  } catch (error) {
    if (error instanceof FileSourceError) throw error;
    throw new FileSourceError(`${path} cannot be read here`);
  }
  const part = partOf(range, size);
  if (!part) {
    return {
      status: 200,
      headers: { 'content-length': String(size), 'accept-ranges': 'bytes' },
      body: createReadStream(path),
    };
  }
  return {
    status: 206,
    headers: {
      'content-length': String(part.end - part.start + 1),
      'content-range': `bytes ${part.start}-${part.end}/${size}`,
      'accept-ranges': 'bytes',
    },
    body: createReadStream(path, part),
  };
}

/** One range of bytes; anything else counts as none, which HTTP allows. */
function partOf(range: string | undefined, size: number): { readonly start: number; readonly end: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const start = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const end = match[1] === '' || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  return start <= end && start < size ? { start, end } : undefined;
}
