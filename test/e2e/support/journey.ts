import { z } from 'zod';
import type { Baremetal } from './baremetal.js';
import { until } from './poll.js';
import type { Product } from './product.js';

/** What stands for the names in braces. `node` is the node's name; its `uuid` is found out when it is created. */
export type Values = Readonly<Record<string, string>> & { readonly node: string };

/** What a command answered, without what differs from run to run. */
export interface Answered {
  readonly command: string;
  readonly code: number;
  /** For JSON its keys and types, of `node validate` also the values; else the text. */
  readonly out: unknown;
  readonly err: string;
}

/** How recordings are kept; also a check that nobody has edited them into something else. */
export const recordingSchema = z.array(
  z.object({ command: z.string(), code: z.number(), out: z.unknown(), err: z.string() }),
);

/** The values for a node of this name; machine and image are the first of the product's fleet. */
export async function valuesFor({ fleet }: Product, node: string): Promise<Values> {
  const [machine] = await fleet.machines();
  const image = await fleet.image('disk');
  if (!machine) throw new Error('The fleet has no machine.');
  const { port, username, password } = machine.bmc;
  const images = image.url.replace(/\/[^/]*$/, '');
  return {
    node,
    NODE: node.toUpperCase().replaceAll('-', '_'),
    mac: machine.mac,
    port: String(port),
    username,
    password,
    images,
    sha256: image.sha256,
  };
}

/**
 * Types the commands one after the other. A power change is over before the next one is typed. `=> name` behind a
 * command that answers in JSON stands for the UUID of what it shows (first) from then on.
 */
export async function travel(cli: Baremetal, commands: readonly string[], values: Values): Promise<Answered[]> {
  const answers: Answered[] = [];
  let known: Readonly<Record<string, string>> = { ...values, conductor: await conductorOf(cli) };
  for (const line of commands) {
    const [command = '', name] = line.split(' => ');
    const words = command
      .split(' ')
      // Braces that hold no known name belong to JSON.
      .map((word) => word.replace(/\{(\w+)\}/g, (whole, value: string) => known[value] ?? whole));
    const { code, stdout, stderr } = await cli.run(...words);
    if (/^node (power|reboot)/.test(command)) await powerIsSettled(cli, values.node);
    const json = words.at(-1) === 'json' && code === 0 ? parse(stdout) : undefined;
    if (name !== undefined) known = { ...known, [name]: uuidIn(json) };
    answers.push({
      command,
      code,
      out:
        json === undefined
          ? normalText(stdout, known)
          : command.startsWith('node validate')
            ? masked(json, known)
            : shapeOf(json),
      err: normalText(stderr, known),
    });
  }
  return answers;
}

async function conductorOf(cli: Baremetal): Promise<string> {
  const response = await fetch(`${cli.url}/v1/conductors`, { headers: { 'x-openstack-ironic-api-version': '1.49' } });
  const { conductors } = z
    .object({ conductors: z.array(z.object({ hostname: z.string() })) })
    .parse(await response.json());
  return conductors[0]?.hostname ?? '';
}

/** The UUID of the object, or of the first of a list. */
function uuidIn(json: unknown): string {
  const object = z.looseObject({ uuid: z.string() }).or(z.looseObject({ UUID: z.string() }));
  const parsed = object.parse(Array.isArray(json) ? json[0] : json);
  return String(parsed['uuid'] ?? parsed['UUID']);
}

async function powerIsSettled(cli: Baremetal, node: string): Promise<void> {
  const headers = { 'x-openstack-ironic-api-version': '1.31' };
  const settled = z.object({ target_power_state: z.null() });
  await until(`the power of ${node} to settle`, 60, async () => {
    const response = await fetch(`${cli.url}/v1/nodes/${node}`, { headers });
    return settled.safeParse(await response.json()).success || undefined;
  });
}

function parse(text: string): unknown {
  const json: unknown = JSON.parse(text);
  return json;
}

/** Fields whose contents are each server's own. */
const opaque = /^driver.internal.info$/i;

/** Keys and types at every depth; of a list the different shapes of its items. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) {
    const shapes = new Map(value.map((item) => [JSON.stringify(shapeOf(item)), shapeOf(item)]));
    return [...shapes].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, shape]) => shape);
  }
  if (typeof value !== 'object') return typeof value;
  if (value === null) return 'null';
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, opaque.test(key) ? 'opaque' : shapeOf(item)]));
}

function masked(json: unknown, values: Readonly<Record<string, string>>): unknown {
  return parse(normalText(JSON.stringify(json), values));
}

/** The text with names in braces again, and without the request's id. */
function normalText(text: string, values: Readonly<Record<string, string>>): string {
  let normal = text.replaceAll(/ ?\(Request-ID: [^)]*\)/g, '');
  // Ironic names the number of its own row where a UUID is meant.
  normal = normal.replace(/(record for node|because portgroup) \S+/, '$1 {row}');
  // What went wrong later than the answer is said in each server's own words.
  normal = normal.replace(/(and has error: ).*/, '$1{sentence}');
  // The longest first: one may be a part of another.
  const longestFirst = Object.entries(values).toSorted(([, a], [, b]) => b.length - a.length);
  for (const [name, value] of longestFirst) normal = normal.replaceAll(value, `{${name}}`);
  return normal.trim();
}
