import type { z } from 'zod';
import type { Resource } from './resource.js';

/** What a view depends on besides the row; a `Call` is one. */
export interface ViewContext {
  readonly minor: number;
  /** Start of links. */
  readonly base: string;
}

/** Shows one row; with `fields` only those and what is always there, such as the links. */
export type View<Row, Context> = (row: Row, context: Context, fields?: readonly string[]) => Record<string, unknown>;

/**
 * Makes the view of a resource from one function for each of its fields: each version sees the fields that it knows.
 * @param shown a field that is only taken, never shown, gives undefined (and is marked `hidden`)
 */
export function viewOf<Shape extends z.ZodRawShape, Row, Context extends ViewContext = ViewContext>(
  resource: Resource<Shape>,
  shown: Readonly<Record<keyof Shape & string, (row: Row, context: Context) => unknown>>,
): View<Row, Context> {
  const getters = Object.entries<(row: Row, context: Context) => unknown>(shown);
  // Lists of a thousand rows go through them, so each version's are kept.
  const gettersAt = new Map<number, typeof getters>();
  const gettersFor = (minor: number) => {
    let known = gettersAt.get(minor);
    if (!known) {
      const visible = resource.visible(minor);
      known = getters.filter(([name]) => visible.includes(name));
      gettersAt.set(minor, known);
    }
    return known;
  };
  return (row, context, fields) => {
    const view: Record<string, unknown> = {};
    for (const [name, show] of gettersFor(context.minor)) {
      if (!fields || name === 'links' || fields.includes(name)) view[name] = show(row, context);
    }
    return view;
  };
}
