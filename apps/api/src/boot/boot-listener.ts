import { Transform } from 'node:stream';
import { fastify, type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Database } from '#database/client.js';
import { asMac } from '../resource/names.js';
import { BootRecords, type BootableBoot, type BootFile } from './boot-records.js';
import { FileSourceError, openSource } from './file-source.js';
import { diskScript, firstScript, nothingScript, ramdiskScript, unknownScript } from './scripts.js';

/** What the boot listener works with. */
export interface BootListenerDeps {
  readonly database: Database;
  readonly logger: Logger;
  /** TEMPER_BOOT_URL: how machines reach this listener. */
  readonly bootUrl: string;
  /** TEMPER_API_URL: how agents reach the API, for boots that name no arguments. */
  readonly apiUrl: string;
}

/**
 * Serves machines that boot from the network: the first script, each machine's own script by MAC address, and its
 * kernel and ramdisk. All is made from the rows of that moment; what was fetched is written down as evidence of how far
 * a boot has come.
 */
export function createBootListener(deps: BootListenerDeps): FastifyInstance {
  const records = new BootRecords(deps.database);
  const loggerInstance: FastifyBaseLogger = deps.logger.child({ listener: 'boot' });
  const server: FastifyInstance = fastify({ loggerInstance });
  server.get('/healthz', () => ({ status: 'ok' }));
  server.get('/boot.ipxe', (_request, reply) => sendScript(reply, firstScript(deps.bootUrl)));
  server.get<MacRoute>('/boot/:mac', async (request, reply) => {
    const mac = macOf(request.params.mac);
    if (mac === undefined) return sendScript(reply, unknownScript('This is no MAC address'));
    const answer = await records.answerFor(mac);
    if (answer.kind === 'disk') return sendScript(reply, diskScript(answer.reason));
    if (answer.kind !== 'ramdisk') {
      request.log.warn({ mac, reason: answer.reason }, 'a machine asked for its boot script and gets none');
      return sendScript(reply, (answer.kind === 'unknown' ? unknownScript : nothingScript)(answer.reason));
    }
    await records.sawScript(answer.boot, mac);
    return sendScript(reply, ramdiskScript(filesOf(deps, request.params.mac, answer.boot)));
  });
  for (const file of ['kernel', 'ramdisk'] as const) {
    server.get<MacRoute>(`/boot/:mac/${file}`, (request, reply) => sendFile(records, file, request, reply));
  }
  return server;
}

interface MacRoute {
  Params: { mac: string };
}

function filesOf({ bootUrl, apiUrl }: BootListenerDeps, mac: string, boot: BootableBoot) {
  return {
    kernelUrl: `${bootUrl}/boot/${mac}/kernel`,
    ramdiskUrl: `${bootUrl}/boot/${mac}/ramdisk`,
    kernelArguments: boot.kernelArguments ?? `nofb vga=normal ipa-api-url=${apiUrl}`,
  };
}

async function sendFile(
  records: BootRecords,
  file: BootFile,
  request: FastifyRequest<MacRoute>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const mac = macOf(request.params.mac);
  const answer = mac === undefined ? undefined : await records.answerFor(mac);
  if (answer?.kind !== 'ramdisk')
    return reply
      .code(404)
      .type('text/plain')
      .send(`${answer?.reason ?? 'Unknown'}\n`);
  const { boot } = answer;
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  try {
    const served = await openSource(boot[file], request.headers.range, gone.signal);
    const body = served.body.pipe(
      counted((bytes) => {
        const seen = records.sawFile(boot, file, bytes);
        seen.catch((error: unknown) => request.log.error({ err: error }, 'evidence of a boot was not written'));
      }),
    );
    served.body.once('error', (error) => body.destroy(error));
    return await reply.code(served.status).headers(served.headers).type('application/octet-stream').send(body);
  } catch (error) {
    if (!(error instanceof FileSourceError)) throw error;
    await records.lostFile(boot, file, error.message);
    return reply.code(502).type('text/plain').send(`${file}: ${error.message}\n`);
  }
}

/** Passes bytes on and tells at the end how many there were. */
function counted(done: (bytes: number) => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, next) {
      bytes += chunk.length;
      next(null, chunk);
    },
    flush(next) {
      done(bytes);
      next();
    },
  });
}

function sendScript(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('text/plain').send(text);
}

/** `52-54-00-aa-bb-cc`, as iPXE's `hexhyp` writes it; colons are taken too. */
function macOf(text: string): string | undefined {
  return asMac(text.replaceAll('-', ':'));
}
