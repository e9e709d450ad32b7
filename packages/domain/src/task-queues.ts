/** Where flows and their local activities run; every worker polls it. */
export const flowQueue = 'temper';

/** The name of a conductor group in queue names: the empty group, Ironic's default, is called `default`. */
function queueSuffix(conductorGroup: string): string {
  return conductorGroup === '' ? 'default' : conductorGroup.toLowerCase();
}

/** Where the remote activities of a conductor group run (Ironic compares group names without case). */
export function groupQueue(conductorGroup: string): string {
  return `group:${queueSuffix(conductorGroup)}`;
}

/** Where the group's running agent steps are followed: `agent.followStep` only, with slots of its own. */
export function stepQueue(conductorGroup: string): string {
  return `steps:${queueSuffix(conductorGroup)}`;
}
