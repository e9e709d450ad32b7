import { request } from 'undici';
import { imageFormat, MAGIC_BYTES, type IpxeImage } from './image.js';

/** Scripts are kept whole; one larger than this is no script of ours. */
const MAX_SCRIPT_BYTES = 1_048_576;
/** iPXE gives up on a silent server much later; boot scripts retry, and a fleet should show the failure soon. */
const SILENCE_MS = 30_000;

/**
 * Fetches a file over HTTP as iPXE does: whole, counting its bytes. An error status, an empty body or an unreachable
 * server is a failure, worded as iPXE words it.
 */
export async function fetchImage(
  url: string,
  name: string,
  args: string,
  signal: AbortSignal,
): Promise<IpxeImage | string> {
  try {
    const response = await request(url, {
      signal,
      headersTimeout: SILENCE_MS,
      bodyTimeout: SILENCE_MS,
      headers: { 'user-agent': 'iPXE/1.21.1' },
    });
    if (response.statusCode !== 200) {
      await response.body.dump();
      return `${url}... ${describeStatus(response.statusCode)}`;
    }
    const { bytes, head, text } = await read(response.body);
    if (bytes === 0) return `${url}... empty file`;
    const format = imageFormat(head);
    return { name, url, bytes, format, arguments: args, script: format === 'script' ? text() : undefined };
  } catch (error) {
    signal.throwIfAborted();
    return `${url}... ${describeError(error)}`;
  }
}

async function read(body: AsyncIterable<Uint8Array>): Promise<{ bytes: number; head: Buffer; text: () => string }> {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  let limit = MAGIC_BYTES;
  for await (const chunk of body) {
    if (bytes < limit) kept.push(chunk);
    if (bytes === 0 && imageFormat(Buffer.from(chunk)) === 'script') limit = MAX_SCRIPT_BYTES;
    bytes += chunk.length;
  }
  return {
    bytes,
    head: Buffer.concat(kept).subarray(0, MAGIC_BYTES),
    text: () => Buffer.concat(kept).toString('utf8'),
  };
}

function describeStatus(status: number): string {
  if (status === 404) return 'No such file or directory (https://ipxe.org/2d0c618e)';
  if (status === 401 || status === 403) return 'Permission denied';
  return `Input/output error, HTTP status ${status}`;
}

function describeError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ECONNREFUSED') return 'Connection refused';
  if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET') return 'Connection reset';
  if (code.includes('TIMEOUT')) return 'Connection timed out';
  return error instanceof Error ? error.message : String(error);
}
