import { createWriteStream } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { run } from '../machine/run.js';
import { messageOf } from '../problem.js';
import { OLDEST_CLI } from './version.js';

/** The service from which Temporal's SDKs fetch their development server (sdk-core, ephemeral_server). */
const SERVICE = `https://temporal.download/cli/v${OLDEST_CLI}`;

/** How long the service may take to answer; without a network the next way is tried soon. */
const ANSWER_WITHIN_MS = 20_000;

const answer = z.object({ archiveUrl: z.url(), fileToExtract: z.string() });

/** Downloads the `temporal` program into the folder. */
export async function download(folder: string): Promise<string> {
  try {
    const arch = process.arch === 'x64' ? 'amd64' : process.arch;
    const { archiveUrl, fileToExtract } = answer.parse(
      await (await get(`${SERVICE}?platform=${process.platform}&arch=${arch}`)).json(),
    );
    const archive = path.join(folder, 'temporal.tar.gz');
    const { body } = await get(archiveUrl);
    if (!body) throw new Error('the archive is empty');
    await pipeline(Readable.fromWeb(body), createWriteStream(archive));
    await run('tar', ['-xzf', archive, '-C', folder, fileToExtract]);
    return path.join(folder, fileToExtract);
  } catch (error) {
    throw new Error(`the download from temporal.download failed: ${rootCause(error)}`, { cause: error });
  }
}

async function get(url: string): Promise<Response> {
  const patience = new AbortController();
  const timer = setTimeout(
    () => patience.abort(new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} s`)),
    ANSWER_WITHIN_MS,
  );
  try {
    const response = await fetch(url, { signal: patience.signal });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return response;
  } finally {
    clearTimeout(timer);
  }
}

/** `fetch failed` says nothing; its cause does. */
function rootCause(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? rootCause(error.cause) : messageOf(error);
}
