/** One line of a machine's log. */
export interface LogEntry {
  readonly at: string;
  /** Number of the boot since the fleet started; 0 before the first. */
  readonly boot: number;
  readonly event: string;
  readonly detail?: string;
}

const ENTRIES_KEPT = 1000;

/** What happened to a machine, oldest first; the newest 1,000 entries. */
export class MachineLog {
  readonly #entries: LogEntry[] = [];
  readonly #listener: (entry: LogEntry) => void;
  boot = 0;

  /** @param listener gets each entry as it is made */
  constructor(listener: (entry: LogEntry) => void) {
    this.#listener = listener;
  }

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  add(event: string, detail?: string): void {
    const entry = { at: new Date().toISOString(), boot: this.boot, event, ...(detail === undefined ? {} : { detail }) };
    this.#entries.push(entry);
    if (this.#entries.length > ENTRIES_KEPT) this.#entries.shift();
    this.#listener(entry);
  }

  /** The entries of this boot as text. */
  journal(): string {
    const lines = this.#entries.filter(({ boot }) => boot === this.boot);
    return lines.map(({ at, event, detail = '' }) => `${at} ${event} ${detail}`.trimEnd()).join('\n');
  }
}
