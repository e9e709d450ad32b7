/** What an activity looks like to a worker: arguments came over the wire. */
export type AnyActivity = (...args: never[]) => Promise<unknown>;

/**
 * The flat map that a worker registers: method `off` of group `power` is the activity `power.off`, which is also what
 * an operator reads in the Temporal UI.
 */
export function registerAs<G extends object>(group: string, activities: G): Record<string, AnyActivity> {
  const named: Record<string, AnyActivity> = {};
  for (const [method, activity] of Object.entries(activities)) {
    if (isActivity(activity)) named[`${group}.${method}`] = activity;
  }
  return named;
}

function isActivity(value: unknown): value is AnyActivity {
  return typeof value === 'function';
}
