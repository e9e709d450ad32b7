import { NodeInvalid } from '#domain/errors.js';
import type { NodeView } from './node-context.js';

/** The interfaces whose implementation decides what an activity does. */
export type ChosenInterface = 'power' | 'management' | 'boot' | 'network' | 'console' | 'vendor';

/** Implementations by their API names (`ipmitool`, `fake`, …). */
export type ByName<I> = Readonly<Record<string, I>>;

/** The implementation that the node's interface names. @throws NodeInvalid when this worker has none of that name */
export function implementationOf<I>(context: NodeView, kind: ChosenInterface, known: ByName<I>): I {
  const name = context.node[`${kind}Interface`];
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  if (found === undefined) {
    throw new NodeInvalid(`Node ${context.uuid} has ${kind}_interface "${name}", which this worker cannot carry out`, {
      hint: `set ${kind}_interface to one of: ${Object.keys(known).join(', ')}`,
    });
  }
  return found;
}
