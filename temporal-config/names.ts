/** Names that processes and flows agree on; no imports, so that the workflow bundle may take them too. */

/** Flows and their row writes; polled by every worker. */
export const workflowQueue = 'temper';

/** Contacts with hardware, agent and images run at the node's conductor group. */
export function groupQueue(conductorGroup: string): string {
  return `group:${conductorGroup || 'default'}`;
}

/** Followers of agent steps have slots of their own, so that hours of erasing do not keep power calls waiting. */
export function stepsQueue(conductorGroup: string): string {
  return `steps:${conductorGroup || 'default'}`;
}

/** A newer operation, a request to the running one, or the operation the flow was started for. */
export const operationSignal = 'operation';

/** A fact the flow waits for is in the rows. */
export const beatSignal = 'beat';

/** A lost workflow task is noticed after this long; below 4 s busy workers lose tasks. */
export const workflowTaskTimeout = '5s';
