import type { Logger } from 'pino';
import type { Database } from '#database/client.js';
import type { DriverOffers } from '#domain/driver-offers.js';
import { shownError } from '#domain/shown-error.js';

/** Readers take a row for dead after 60 s, as Ironic does. */
const everyMs = 10_000;

/** This worker as the API shows it: a conductor. */
export interface ConductorIdentity {
  readonly hostname: string;
  readonly conductorGroup: string;
  /** What it offers, by driver. */
  readonly offers: DriverOffers;
}

/** Keeps this worker's row fresh until it is stopped. */
export class ConductorRow {
  readonly #database: Database;
  readonly #identity: ConductorIdentity;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;

  constructor(database: Database, identity: ConductorIdentity, log: Logger) {
    this.#database = database;
    this.#identity = identity;
    this.#log = log;
  }

  /** Writes the row now and every ten seconds. A database that is away is only logged: it is asked again soon. */
  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.#write(true), everyMs);
    await this.#write(true);
  }

  /** Says that this worker has left. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#write(false);
  }

  async #write(online: boolean): Promise<void> {
    const { hostname, conductorGroup, offers } = this.#identity;
    const drivers = Object.keys(offers).sort();
    const row = { conductorGroup, drivers, interfaces: offers, online, updatedAt: new Date() };
    try {
      await this.#database.conductor.upsert({ where: { hostname }, create: { hostname, ...row }, update: row });
    } catch (error) {
      this.#log.warn({ error: shownError(error) }, "this worker's row cannot be written; trying again in 10 s");
    }
  }
}
