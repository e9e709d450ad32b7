import type { Conductor } from '#database/generated/client.js';

/** A worker that has not written its row for this long counts as dead (Ironic `[conductor]heartbeat_timeout`). */
const heartbeatTimeoutMs = 60_000;

/** Is the worker of that row alive? */
export function isAlive(row: Pick<Conductor, 'online' | 'updatedAt'>, now = Date.now()): boolean {
  return row.online && now - row.updatedAt.getTime() < heartbeatTimeoutMs;
}

/**
 * The workers that are alive, as the API names them. Any worker of a group serves any node of it, where Ironic maps each
 * node to one conductor; so all nodes of a group show one name: the preferred host if it is alive, else the first.
 */
export class LiveConductors {
  readonly #hosts = new Map<string, string[]>();
  readonly #preferred: string;

  constructor(rows: readonly Conductor[], preferred: string, now = Date.now()) {
    this.#preferred = preferred;
    for (const row of rows.toSorted((a, b) => a.hostname.localeCompare(b.hostname))) {
      if (!isAlive(row, now)) continue;
      this.#hosts.set(row.conductorGroup, [...(this.#hosts.get(row.conductorGroup) ?? []), row.hostname]);
    }
  }

  /** The name shown as `conductor` of nodes of that group; null when no worker serves it. */
  hostOf(group: string): string | null {
    const hosts = this.#hosts.get(group) ?? [];
    return hosts.includes(this.#preferred) ? this.#preferred : (hosts[0] ?? null);
  }

  /** Who holds a lock in that group, where a name is needed. */
  lockHolder(group: string): string {
    return this.hostOf(group) ?? this.#preferred;
  }

  /** The groups whose nodes show that name. */
  groupsOf(host: string): readonly string[] {
    return [...this.#hosts.keys()].filter((group) => this.hostOf(group) === host);
  }
}
