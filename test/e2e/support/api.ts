import { z } from 'zod';
import { until } from './poll.js';

/** What clients of 2025 speak. */
const version = '1.95';

const nodeSchema = z.looseObject({
  uuid: z.string(),
  name: z.string().nullable(),
  provision_state: z.string(),
  target_provision_state: z.string().nullable(),
  power_state: z.string().nullable(),
  target_power_state: z.string().nullable(),
  last_error: z.string().nullable(),
  maintenance: z.boolean(),
  maintenance_reason: z.string().nullable(),
  fault: z.string().nullable(),
  driver_internal_info: z.record(z.string(), z.unknown()),
  instance_info: z.record(z.string(), z.unknown()),
});

/** A node as the API shows it. */
export type NodeView = z.infer<typeof nodeSchema>;

const operationSchema = z.looseObject({
  uuid: z.string(),
  number: z.number(),
  type: z.string(),
  status: z.string(),
  error: z.string().nullable(),
});

const detailedOperationSchema = operationSchema.extend({
  steps: z.array(
    z.looseObject({ interface: z.string(), step: z.string(), status: z.string(), error: z.string().nullable() }),
  ),
  events: z.array(z.looseObject({ at: z.string(), kind: z.string(), text: z.string() })),
});

/** An operation with its steps and its timeline. */
export type OperationView = z.infer<typeof detailedOperationSchema>;

/** What the API answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body; undefined when it is no JSON. */
  readonly json: unknown;
}

/** What a request may carry. */
export interface RequestOptions {
  readonly body?: unknown;
  /** The microversion to ask for; null sends none. */
  readonly version?: string | null;
  /** Where another listener is to be asked. */
  readonly base?: string;
}

/** The calls of an operator, as any client of Ironic makes them. */
export class Api {
  readonly url: string;
  readonly #answers = new Set<string>();

  constructor(url: string) {
    this.url = url;
  }

  /** The text of everything that was ever answered, each once. */
  get answers(): readonly string[] {
    return [...this.#answers];
  }

  /** One request, whatever the answer. Rejects when nobody answers. */
  async ask(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    const { body, version: wanted = version, base = this.url } = options;
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(wanted === null ? {} : { 'x-openstack-ironic-api-version': wanted }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    this.#answers.add(text);
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  }

  /** One request that must succeed. @returns the body */
  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.ask(method, path, { body });
    if (answer.status < 300) return answer.json;
    throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
  }

  async node(ident: string): Promise<NodeView> {
    return nodeSchema.parse(await this.call('GET', `/v1/nodes/${ident}`));
  }

  /** Replaces or adds values: `{'/instance_info/image_source': …}`. */
  async patch(ident: string, values: Readonly<Record<string, unknown>>): Promise<NodeView> {
    const patch = Object.entries(values).map(([path, value]) => ({ op: 'add', path, value }));
    return nodeSchema.parse(await this.call('PATCH', `/v1/nodes/${ident}`, patch));
  }

  /** Asks for a provision state; `more` is what else the body holds. */
  async provision(ident: string, target: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.call('PUT', `/v1/nodes/${ident}/states/provision`, { target, ...more });
  }

  async power(ident: string, target: string): Promise<void> {
    await this.call('PUT', `/v1/nodes/${ident}/states/power`, { target });
  }

  /**
   * Waits until the node is in the state.
   *
   * @throws Error at once when the node comes to rest in a failure that is not wanted; it quotes the timeline
   */
  async waitForState(ident: string, wanted: string, withinS: number): Promise<NodeView> {
    let node: NodeView | undefined;
    try {
      return await until(`node ${ident} to be ${wanted}`, withinS, async () => {
        node = await this.node(ident);
        if (node.provision_state === wanted) return node;
        const failed = / failed$|^error$/.test(node.provision_state);
        if (failed) throw new Error(`Node ${ident} was to be ${wanted}.`);
        return undefined;
      });
    } catch (error) {
      const facts = node
        ? `It is ${node.provision_state}; last_error: ${node.last_error ?? 'none'}`
        : 'It was not seen';
      const timeline = await this.timeline(ident).catch(() => []);
      throw new Error([`${String(error)} ${facts}.`, ...timeline].join('\n'), { cause: error });
    }
  }

  /** Waits until the state's work is over, however it ended. */
  async waitForRest(ident: string, withinS: number): Promise<NodeView> {
    let node: NodeView | undefined;
    return until(
      `node ${ident} to rest`,
      withinS,
      async () => {
        node = await this.node(ident);
        const newest = await this.newestOperation(ident);
        return newest.status === 'pending' || newest.status === 'running' ? undefined : node;
      },
      () => `It is ${node?.provision_state}.`,
    );
  }

  /** Newest first. */
  async operations(ident: string): Promise<readonly z.infer<typeof operationSchema>[]> {
    const answer = await this.call('GET', `/v1/nodes/${ident}/operations`);
    return z.object({ operations: z.array(operationSchema) }).parse(answer).operations;
  }

  /** The node's newest operation, with steps and timeline. */
  async newestOperation(ident: string): Promise<OperationView> {
    const [newest] = await this.operations(ident);
    if (!newest) throw new Error(`Node ${ident} has no operation.`);
    return this.operation(ident, newest.uuid);
  }

  async operation(ident: string, uuid: string): Promise<OperationView> {
    return detailedOperationSchema.parse(await this.call('GET', `/v1/nodes/${ident}/operations/${uuid}`));
  }

  /** The newest operation's timeline as text. */
  async timeline(ident: string): Promise<readonly string[]> {
    return (await this.newestOperation(ident)).events.map(({ at, kind, text }) => `${at} ${kind}: ${text}`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
