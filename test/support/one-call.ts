import { proxyActivities, type ActivityOptions } from '@temporalio/workflow';

/** A flow for tests of the interceptors: calls one activity with the given options and returns its result. */
export async function oneCall(activity: string, options: ActivityOptions): Promise<unknown> {
  const call = proxyActivities<Record<string, () => Promise<unknown>>>(options)[activity];
  if (!call) throw new TypeError(`No activity ${activity}.`);
  return call();
}
