import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { addedStepSchema } from './agent/step-table.js';
import { faultsSchema } from './faults.js';
import type { GeneratedImage } from './generated-images.js';
import type { Machine } from './machine.js';
import { detailsOf, summaryOf } from './machine.view.js';

/** The running control server. */
export interface Control {
  readonly url: string;
  close(): Promise<void>;
}

/** What the control server shows. */
interface Exhibits {
  readonly machines: readonly Machine[];
  readonly images: readonly GeneratedImage[];
}

interface ControlRequest {
  readonly method: string;
  readonly path: readonly string[];
  readonly origin: string;
  readonly body: unknown;
}

/** A JSON value or a file. */
type Answer = { readonly json: unknown } | { readonly text: string } | { readonly file: GeneratedImage };

const MAX_BODY_BYTES = 1_048_576;
/** Of the generated images: they never change, and image caches compare this date. */
const IMAGES_MODIFIED = 'Thu, 01 Jan 2026 00:00:00 GMT';

/** Body of `PUT /machines/{name}/power`: a hand at the front panel, behind the BMC's back. */
const powerSchema = z.strictObject({
  action: z.enum(['on', 'off', 'cycle', 'reset', 'nmi', 'soft']),
  /** Chosen at the boot menu, for the next boot only. */
  bootDevice: z.enum(['pxe', 'disk', 'cdrom', 'bios']).optional(),
});

/** A request that cannot be served, with its status. */
class ControlError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Serves the control API and the images; port 0 lets the system choose. */
export async function startControl(exhibits: Exhibits, host: string, port: number): Promise<Control> {
  const server = createServer((request, response) => void serve(exhibits, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(exhibits: Exhibits, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { pathname, origin } = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? 'localhost'}`);
    const method = incoming.method === 'HEAD' ? 'GET' : (incoming.method ?? 'GET');
    const path = pathname.split('/').filter(Boolean).map(decodeURIComponent);
    send(response, route(exhibits, { method, path, origin, body: await readBody(incoming) }));
  } catch (error) {
    const status = error instanceof ControlError ? error.status : error instanceof z.ZodError ? 400 : 500;
    const text = error instanceof Error ? error.message : String(error);
    sendJson(response, status, { error: error instanceof z.ZodError ? z.prettifyError(error) : text });
  }
}

function route(exhibits: Exhibits, request: ControlRequest): Answer {
  const [collection, name, part] = request.path;
  if (collection === 'machines' && name !== undefined) {
    const machine = exhibits.machines.find(({ identity }) => identity.name === name);
    if (!machine) throw new ControlError(404, `The fleet has no machine "${name}".`);
    return routeMachine(machine, part, request);
  }
  if (request.method !== 'GET') throw notFound(request);
  if (collection === 'machines') return { json: exhibits.machines.map(summaryOf) };
  if (collection === 'images') return routeImages(exhibits.images, name, request);
  if (collection !== undefined) throw notFound(request);
  return { json: { machines: `${request.origin}/machines`, images: `${request.origin}/images` } };
}

function routeMachine(machine: Machine, part: string | undefined, request: ControlRequest): Answer {
  switch (`${request.method} ${part ?? ''}`) {
    case 'GET ':
      return { json: detailsOf(machine) };
    case 'GET bmc-log':
      return { json: machine.bmcLog };
    case 'PUT faults':
      machine.setFaults(faultsSchema.parse(request.body ?? {}));
      return { json: machine.faults };
    case 'GET faults':
      return { json: machine.faults };
    case 'PUT power': {
      const { action, bootDevice } = powerSchema.parse(request.body);
      machine.press(action, bootDevice);
      return { json: summaryOf(machine) };
    }
    case 'PUT agent-steps':
      machine.steps.add(addedStepSchema.parse(request.body));
      return { json: machine.steps.added };
    case 'DELETE agent-steps':
      machine.steps.reset();
      return { json: machine.steps.added };
    case 'GET agent-steps':
      return { json: machine.steps.added };
    default:
      throw notFound(request);
  }
}

function routeImages(images: readonly GeneratedImage[], name: string | undefined, request: ControlRequest): Answer {
  if (name === undefined) {
    const list = images.map(({ name: file, kind, content, sha256 }) => {
      return { name: file, kind, url: `${request.origin}/images/${file}`, bytes: content.length, sha256 };
    });
    return { json: list };
  }
  if (name === 'SHA256SUMS') return { text: images.map((image) => `${image.sha256}  ${image.name}\n`).join('') };
  const file = images.find((image) => image.name === name);
  if (!file) throw notFound(request);
  return { file };
}

function notFound({ method, path }: ControlRequest): Error {
  return new ControlError(404, `The fleet does not serve ${method} /${path.join('/')}.`);
}

function send(response: ServerResponse, answer: Answer): void {
  if ('json' in answer) {
    sendJson(response, 200, answer.json);
  } else if ('text' in answer) {
    response.writeHead(200, { 'content-type': 'text/plain' }).end(answer.text);
  } else {
    const { content, sha256 } = answer.file;
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': content.length,
      'last-modified': IMAGES_MODIFIED,
      etag: `"${sha256}"`,
    });
    response.end(content);
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(value, undefined, 2)}\n`);
}

async function readBody(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new ControlError(413, 'The body is larger than 1 MiB.');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlError(400, 'The body is no JSON.');
  }
}
