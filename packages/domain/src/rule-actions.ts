import {
  isRuleAction,
  loopItems,
  namedArguments,
  ruleActions,
  type RuleAction,
  type RuleActionName,
} from './inspection-rules.js';
import { plainly, shown } from './python-text.js';
import { isSameJson, type RuleJson } from './rule-json.js';
import { filledIn, type RuleNames } from './rule-texts.js';

type Document = Readonly<Record<string, RuleJson>>;

/** What rules see and change; in the API's names. */
export interface RuleSubject {
  readonly node: Document;
  /** Each with its `uuid`. */
  readonly ports: readonly Document[];
  readonly traits: readonly string[];
  readonly inventory: Document;
  readonly pluginData: Document;
}

/** What an action wants of the world besides. */
export type RuleEffect =
  | { readonly kind: 'log'; readonly level: string; readonly text: string }
  /** A GET; the other arguments are headers, proxies, timeout (s), retries and backoff_factor (s). */
  | { readonly kind: 'call'; readonly url: string; readonly options: Document };

/** An action cannot be done, or it is `fail`. The text goes into `last_error`. */
export class RuleActionError extends Error {
  override readonly name = 'RuleActionError';
}

/**
 * Does the actions of a rule, one after the other (Ironic common/inspection_rules/actions.py). Nothing is written here:
 * the subject given stays as it is.
 * @throws RuleActionError
 */
export function actionsDone(
  actions: readonly RuleAction[],
  subject: RuleSubject,
): { readonly subject: RuleSubject; readonly effects: readonly RuleEffect[] } {
  const effects: RuleEffect[] = [];
  let current = subject;
  for (const action of actions) {
    // Without a loop it is done once.
    for (const item of loopItems(action.loop) ?? [undefined]) {
      const done = doOne(action, current, item);
      current = { ...current, ...done.changes };
      if (done.effect) effects.push(done.effect);
    }
  }
  return { subject: current, effects };
}

interface Done {
  readonly changes?: Partial<RuleSubject>;
  readonly effect?: RuleEffect;
}

function doOne({ op, args }: RuleAction, subject: RuleSubject, item: RuleJson | undefined): Done {
  if (!isRuleAction(op)) throw new RuleActionError(`Unsupported action: ${shown(op)}.`);
  const { node, inventory, pluginData } = subject;
  const names: RuleNames = { node, inventory, plugin_data: pluginData, ...(item === undefined ? {} : { item }) };
  const filled = Object.entries(namedArguments(ruleActions[op], args)).map(([name, value]): [string, RuleJson] => [
    name,
    item !== undefined || isFilledIn(op, name) ? filledIn(value, names) : value,
  ]);
  return doers[op](Object.fromEntries(filled), subject);
}

/** Outside of a loop only what is written or told is filled in, not where. */
function isFilledIn(op: RuleActionName, name: string): boolean {
  return name === 'value' || name === 'url' || (op === 'log' && name === 'msg');
}

const levels = ['debug', 'info', 'warning', 'error', 'critical'];

const doers: Readonly<Record<RuleActionName, (args: Document, subject: RuleSubject) => Done>> = {
  fail: ({ msg }) => {
    throw new RuleActionError(`Failed to inspect hardware. Reason: ${plainly(msg)}`);
  },
  log: ({ msg, level = 'info' }) => {
    const known = plainly(level).toLowerCase();
    if (!levels.includes(known)) throw new RuleActionError(`Invalid log level: ${known}. Choose from ${shown(levels)}`);
    return { effect: { kind: 'log', level: known, text: plainly(msg) } };
  },
  'set-attribute': ({ path, value }, { node }) => inNode(node, path, () => value ?? null),
  'extend-attribute': ({ path, value, unique }, { node }) => inNode(node, path, extended(path, value, unique)),
  'del-attribute': ({ path }, { node }) => inNode(node, path, deleted(path)),
  'set-capability': ({ name, value }, { node }) =>
    inNode(node, 'properties.capabilities', (old) =>
      [...capabilities(old), `${plainly(name)}:${plainly(value)}`].join(),
    ),
  'unset-capability': ({ name }, { node }) =>
    inNode(node, 'properties.capabilities', (old) =>
      capabilities(old)
        .filter((capability) => !capability.startsWith(`${plainly(name)}:`))
        .join(),
    ),
  'add-trait': ({ name }, { traits }) => ({ changes: { traits: [...new Set([...traits, plainly(name)])] } }),
  'remove-trait': ({ name }, { traits }) => ({
    changes: { traits: traits.filter((trait) => trait !== plainly(name)) },
  }),
  'set-plugin-data': ({ path, value }, { pluginData }) => inPluginData(pluginData, path, () => value ?? null),
  'extend-plugin-data': ({ path, value, unique }, { pluginData }) =>
    inPluginData(pluginData, path, extended(path, value, unique)),
  'unset-plugin-data': ({ path }, { pluginData }) => inPluginData(pluginData, path, () => undefined),
  'set-port-attribute': (args, { ports }) => inPort(ports, args, () => args['value'] ?? null),
  'extend-port-attribute': (args, { ports }) =>
    inPort(ports, args, extended(args['path'], args['value'], args['unique'])),
  'del-port-attribute': (args, { ports }) => inPort(ports, args, deleted(args['path'])),
  'api-call': ({ url, ...options }) => ({ effect: { kind: 'call', url: plainly(url), options } }),
};

/** Makes the new value of the old one; undefined stands for none. */
type Change = (old: RuleJson | undefined) => RuleJson | undefined;

function inNode(node: Document, path: RuleJson | undefined, change: Change): Done {
  return { changes: { node: changedAt(node, attributePath(node, path), change) } };
}

function inPort(ports: readonly Document[], { port_id: uuid, path }: Document, change: Change): Done {
  const found = ports.find((port) => port['uuid'] === uuid);
  if (!found) throw new RuleActionError(`Port ${plainly(uuid)} could not be found.`);
  const changed = changedAt(found, attributePath(found, path), change);
  return { changes: { ports: ports.map((port) => (port === found ? changed : port)) } };
}

function inPluginData(pluginData: Document, path: RuleJson | undefined, change: Change): Done {
  return { changes: { pluginData: changedAt(pluginData, plainly(path).split('.'), change) } };
}

/** With slashes or points; its first part must be an attribute. */
function attributePath(document: Document, given: RuleJson | undefined): readonly string[] {
  const path = plainly(given);
  const parts = path.includes('/') ? path.replace(/^\/+|\/+$/g, '').split('/') : path.split('.');
  if (Object.hasOwn(document, parts[0] ?? '')) return parts;
  throw new RuleActionError(`There is no attribute ${parts[0]}, which the rule changes at ${path}.`);
}

function changedAt(document: Document, [name = '', ...rest]: readonly string[], change: Change): Document {
  const old = Object.hasOwn(document, name) ? document[name] : undefined;
  const inner = old ?? {};
  if (rest.length > 0 && (typeof inner !== 'object' || Array.isArray(inner))) {
    throw new RuleActionError(`${name} is no object but ${shown(old)}, so ${rest.join('.')} cannot be in it.`);
  }
  const value = rest.length === 0 ? change(old) : orNothing(old, changedAt(objectOf(inner), rest, change));
  const { [name]: _, ...others } = document;
  return value === undefined ? others : { ...others, [name]: value };
}

/** What was not there does not come into being by taking something out of it. */
function orNothing(old: RuleJson | undefined, value: Document): Document | undefined {
  return old === undefined && Object.keys(value).length === 0 ? undefined : value;
}

function objectOf(value: RuleJson): Document {
  return Object.fromEntries(Object.entries(value ?? {}));
}

function extended(path: RuleJson | undefined, value: RuleJson = null, unique: RuleJson = false): Change {
  return (old = []) => {
    if (!Array.isArray(old)) throw new RuleActionError(`${plainly(path)} is no list and cannot be extended.`);
    const has = unique !== false && unique !== null && old.some((item: RuleJson) => isSameJson(item, value));
    return has ? old : [...old, value];
  };
}

function deleted(path: RuleJson | undefined): Change {
  return (old) => {
    if (old === undefined) throw new RuleActionError(`There is nothing at ${plainly(path)} to delete.`);
    return undefined;
  };
}

function capabilities(old: RuleJson | undefined): readonly string[] {
  return typeof old === 'string' && old !== '' ? old.split(',') : [];
}
