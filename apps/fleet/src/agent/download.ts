import { createHash, type Hash } from 'node:crypto';
import { request } from 'undici';
import { pause } from '../pause.js';
import type { AgentProcess } from './agent-process.js';
import { isUrl, type ImageInfo } from './image-info.js';
import { AgentError, agentError } from './rest-error.js';

/** Where the bytes of an image go; `write` throws when there is no room. */
export interface ImageSink {
  readonly location: string;
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

const ALGORITHM_BY_LENGTH: Readonly<Record<number, string>> = { 32: 'md5', 64: 'sha256', 128: 'sha512' };
const HEX = /(?:^|\s)([0-9a-fA-F]{128}|[0-9a-fA-F]{64}|[0-9a-fA-F]{32})(?:\s|$)/;

/**
 * Downloads an image into a fresh sink and verifies its checksum, which is known only after the last byte. Everything
 * but a 4xx is tried again: `ipa-image-download-connection-retries` (9) times, after 10 s each.
 * @throws {AgentError} ImageDownloadError, ImageDownloadFatalError, ImageChecksumError
 */
export async function download(
  process: AgentProcess,
  info: ImageInfo,
  openSink: () => Promise<ImageSink>,
): Promise<void> {
  const { parameters, host, signal } = process;
  const retries = parameters.number('ipa-image-download-connection-retries', 9);
  const intervalMs = parameters.number('ipa-image-download-connection-retry-interval', 10) * 1000;
  for (let attempt = 0; ; attempt++) {
    try {
      return await attemptDownload(process, info, openSink);
    } catch (error) {
      signal.throwIfAborted();
      const isFinal = !(error instanceof AgentError) || error.type === 'ImageDownloadFatalError';
      if (isFinal || attempt >= retries) throw error;
      host.log('image download failed', `attempt ${attempt + 1} of ${retries + 1}: ${error.details}`);
    }
    await pause(intervalMs * host.timings.imageRetryScale, signal);
  }
}

async function attemptDownload(
  process: AgentProcess,
  info: ImageInfo,
  openSink: () => Promise<ImageSink>,
): Promise<void> {
  const expected = await expectedChecksum(process, info);
  const algorithm = info.algorithm ?? ALGORITHM_BY_LENGTH[expected.length];
  const hash = algorithm === undefined ? undefined : newHash(algorithm);
  if (!hash) {
    const shown = info.algorithm ?? 'None';
    throw new AgentError(
      'RESTError',
      `Unable to verify image ${info.id} with available checksums. Please make sure the specified 'os_hash_algo' ` +
        `(currently ${shown}) is supported by this ramdisk.`,
    );
  }
  const sink = await openSink();
  try {
    for await (const chunk of await openFirst(process, info)) {
      hash.update(chunk);
      await sink.write(chunk);
    }
  } catch (error) {
    process.signal.throwIfAborted();
    if (error instanceof AgentError) throw error;
    throw downloadError(info, `Unable to write image to device ${sink.location}. Error: ${messageOf(error)}`);
  } finally {
    await sink.close();
  }
  const actual = hash.digest('hex');
  if (actual !== expected) {
    throw agentError(
      'ImageChecksumError',
      `Image failed to verify against checksum. location: ${info.id}; image ID: ${sink.location}; ` +
        `image checksum: ${expected}; verification checksum: ${actual}`,
    );
  }
}

/** Opens the first URL that answers 200. */
async function openFirst(process: AgentProcess, info: ImageInfo): Promise<AsyncIterable<Uint8Array>> {
  const failures: string[] = [];
  for (const url of info.urls) {
    try {
      return await open(process, info, url);
    } catch (error) {
      process.signal.throwIfAborted();
      if (error instanceof AgentError && error.type === 'ImageDownloadFatalError') throw error;
      failures.push(`URL: ${url}; Error: ${messageOf(error)}`);
    }
  }
  throw downloadError(info, failures.join('\n '));
}

async function open(process: AgentProcess, info: ImageInfo, url: string): Promise<AsyncIterable<Uint8Array>> {
  const timeoutMs = process.parameters.number('ipa-image-download-connection-timeout', 60) * 1000;
  const response = await request(url, {
    signal: process.signal,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    headers: info.authorization === undefined ? {} : { authorization: info.authorization },
  });
  if (response.statusCode === 200) return response.body;
  const body = await response.body.text();
  const reason = `Received status code ${response.statusCode} from ${url}, expected 200. Response body: ${body}`;
  if (response.statusCode >= 500) throw new Error(reason);
  throw agentError('ImageDownloadFatalError', `Download of image ${info.id} failed: ${reason}`);
}

/** The checksum itself, fetched if a URL is given: a file with nothing else, or with a line for the image's name. */
async function expectedChecksum(process: AgentProcess, info: ImageInfo): Promise<string> {
  if (!isUrl(info.checksum)) return info.checksum;
  const chunks: Uint8Array[] = [];
  for await (const chunk of await openFirst(process, { ...info, urls: [info.checksum] })) chunks.push(chunk);
  const lines = Buffer.concat(chunks)
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const name = new URL(info.urls[0] ?? '').pathname.split('/').at(-1) ?? '';
  const line =
    lines.length === 1 ? lines[0] : lines.find((candidate) => !candidate.startsWith('#') && hasName(candidate, name));
  const checksum = HEX.exec(line ?? '')?.[1];
  if (checksum !== undefined) return checksum;
  throw downloadError({ ...info, id: info.checksum }, `Checksum file does not contain name ${name}`);
}

function hasName(line: string, name: string): boolean {
  return line.endsWith(` ${name}`) || line.endsWith(` *${name}`) || line.includes(` (${name}) `);
}

function newHash(algorithm: string): Hash | undefined {
  try {
    return createHash(algorithm);
  } catch {
    return undefined;
  }
}

function downloadError(info: ImageInfo, reason: string): AgentError {
  return agentError('ImageDownloadError', `Download of image ${info.id} failed: ${reason}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
