import type { BmcRecord, FleetControl, LogEntry } from './fleet.js';

/** What happened to one machine since the witness was called: at its BMC and in it. */
export class Witness {
  readonly name: string;
  readonly #fleet: FleetControl;
  readonly #since: string;

  private constructor(fleet: FleetControl, name: string, since: string) {
    this.#fleet = fleet;
    this.name = name;
    this.#since = since;
  }

  /** Looks from now on. */
  static from(fleet: FleetControl, name: string): Witness {
    return new Witness(fleet, name, new Date().toISOString());
  }

  /** The machine's own log, oldest first. */
  async log(): Promise<readonly LogEntry[]> {
    return (await this.#fleet.machine(this.name)).log.filter(({ at }) => at >= this.#since);
  }

  /** Steps that the agent began, as `deploy write_image`, each as often as it was begun. */
  async stepsStarted(): Promise<readonly string[]> {
    const log = await this.log();
    return log.flatMap(({ event, detail }) => (event === 'step started' && detail !== undefined ? [detail] : []));
  }

  /** What the BMC was told about power, in order: `power on`, `power off`, `power reset`, … */
  async powerCommands(): Promise<readonly string[]> {
    const records: readonly BmcRecord[] = await this.#fleet.bmcLog(this.name);
    return records.flatMap(({ at, name, detail }) =>
      name === 'Chassis Control' && at >= this.#since && detail !== undefined ? [detail] : [],
    );
  }
}
