import { z } from 'zod';
import { isProvisionState, type ProvisionState } from '#domain/states.js';

/** The version that the demo speaks, as a client of 2025 would. */
const VERSION = '1.95';

const step = z.object({ step: z.string() }).partial();
const list = z.array(z.unknown()).nullish();

const nodeSchema = z.object({
  uuid: z.string(),
  name: z.string().nullable(),
  provision_state: z.custom<ProvisionState>((value) => typeof value === 'string' && isProvisionState(value)),
  last_error: z.string().nullable(),
  maintenance: z.boolean(),
  driver_info: z.record(z.string(), z.unknown()),
  clean_step: step.nullish(),
  deploy_step: step.nullish(),
  driver_internal_info: z
    .object({
      clean_steps: list,
      clean_step_index: z.number().nullish(),
      deploy_steps: list,
      deploy_step_index: z.number().nullish(),
    })
    .partial(),
});

/** The fields of a node that the demo looks at. */
export type DemoNode = z.infer<typeof nodeSchema>;

export interface PatchEntry {
  readonly op: 'add' | 'replace';
  readonly path: string;
  readonly value: unknown;
}

/** The API said no; the message is its own sentence. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The few calls of Ironic's API that a deployment takes, as any client of it makes them. */
export class IronicClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async findNode(nameOrUuid: string): Promise<DemoNode | undefined> {
    try {
      return nodeSchema.parse(await this.#call('GET', `/v1/nodes/${encodeURIComponent(nameOrUuid)}`));
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return undefined;
      throw error;
    }
  }

  async nodes(): Promise<readonly DemoNode[]> {
    return z.object({ nodes: z.array(nodeSchema) }).parse(await this.#call('GET', '/v1/nodes/detail?limit=1000')).nodes;
  }

  async createNode(body: object): Promise<DemoNode> {
    return nodeSchema.parse(await this.#call('POST', '/v1/nodes', body));
  }

  async patchNode(uuid: string, patch: readonly PatchEntry[]): Promise<void> {
    await this.#call('PATCH', `/v1/nodes/${uuid}`, patch);
  }

  async hasPort(address: string): Promise<boolean> {
    const answer = await this.#call('GET', `/v1/ports?address=${encodeURIComponent(address)}`);
    return z.object({ ports: z.array(z.unknown()) }).parse(answer).ports.length > 0;
  }

  async createPort(nodeUuid: string, address: string): Promise<void> {
    await this.#call('POST', '/v1/ports', { node_uuid: nodeUuid, address });
  }

  async provision(uuid: string, target: string): Promise<void> {
    await this.#call('PUT', `/v1/nodes/${uuid}/states/provision`, { target });
  }

  async endMaintenance(uuid: string): Promise<void> {
    await this.#call('DELETE', `/v1/nodes/${uuid}/maintenance`);
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        'X-OpenStack-Ironic-API-Version': VERSION,
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Refused(response.status, sentenceOf(text) || `${method} ${path}: ${response.status}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}

const errorBody = z.object({ error_message: z.union([z.string(), z.object({ faultstring: z.string() })]) });

/** Ironic's error body: the message is an object, or (older) a string that holds its JSON. */
function sentenceOf(text: string): string {
  try {
    const { error_message: message } = errorBody.parse(JSON.parse(text));
    if (typeof message !== 'string') return message.faultstring;
    return errorBody.shape.error_message.options[1].parse(JSON.parse(message)).faultstring;
  } catch {
    return text.slice(0, 300);
  }
}
