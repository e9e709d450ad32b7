import type { Conductor } from '#database/generated/client.js';
import { parseOffers, type DriverOffers } from '#domain/driver-offers.js';
import { isHardwareType, type HardwareTypeName } from '#domain/hardware-types.js';

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
  readonly #rows: readonly Conductor[];
  readonly #alive: readonly Conductor[];
  readonly #preferred: string;

  constructor(rows: readonly Conductor[], preferred: string, now = Date.now()) {
    this.#preferred = preferred;
    this.#rows = rows.toSorted((a, b) => a.hostname.localeCompare(b.hostname));
    this.#alive = this.#rows.filter((row) => isAlive(row, now));
    for (const row of this.#alive) {
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

  /** The drivers of workers that are alive, by name, with their hosts. */
  drivers(): readonly { readonly name: HardwareTypeName; readonly hosts: readonly string[] }[] {
    const names = [...new Set(this.#alive.flatMap(driversOf))].sort();
    return names.map((name) => ({
      name,
      hosts: this.#alive.filter((row) => driversOf(row).includes(name)).map((row) => row.hostname),
    }));
  }

  /** What the first live worker that has the driver offers of all its drivers; `{}` when there is none. */
  offersOf(driver: HardwareTypeName): DriverOffers {
    return parseOffers(this.#alive.find((row) => driversOf(row).includes(driver))?.interfaces);
  }

  /**
   * What the workers of a group offer to nodes of that driver; undefined when they do not have it. Workers that are away
   * are asked when the group has no other: their nodes can still be described, and work begins when one is back.
   */
  offersIn(group: string, driver: HardwareTypeName): DriverOffers | undefined {
    const ofGroup = (rows: readonly Conductor[]) => rows.filter((row) => row.conductorGroup === group);
    const alive = ofGroup(this.#alive);
    const rows = alive.length > 0 ? alive : ofGroup(this.#rows);
    const row = rows.find((one) => driversOf(one).includes(driver));
    return row && parseOffers(row.interfaces);
  }
}

/** The drivers of a worker that this API knows. */
function driversOf({ drivers }: Conductor): readonly HardwareTypeName[] {
  if (!Array.isArray(drivers)) return [];
  return drivers.filter((name): name is HardwareTypeName => typeof name === 'string' && isHardwareType(name));
}
