import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { frozenAgentSchema } from './agent/frozen.js';

/** What survives a restart of the fleet, besides the disk. */
const savedSchema = z.object({
  uuid: z.string(),
  serial: z.string(),
  bmc: z.object({ port: z.int(), username: z.string(), password: z.string() }),
  power: z.enum(['on', 'off']),
  /** The boot override that the BMC held. */
  boot: z.object({ valid: z.boolean(), persistent: z.boolean(), efi: z.boolean(), device: z.string() }),
  /** What ran when the fleet was stopped in order; after a crash there is none, and the machine has lost its power. */
  session: z
    .union([
      z.object({ agent: frozenAgentSchema }),
      z.object({ override: z.object({ device: z.string(), efi: z.boolean() }) }),
    ])
    .optional(),
});

/** State of a machine on file; see {@link MachineStore}. */
export type SavedMachine = z.output<typeof savedSchema>;

/** Passwords of IPMI 2.0 have at most 20 bytes; 15 hold in base64url. */
const PASSWORD_BYTES = 11;

/** One machine's folder in the fleet's data, for its state and its disk. Contains the BMC's password: mode 0600. */
export class MachineStore {
  readonly folder: string;
  readonly #file: string;
  #writing: Promise<void> = Promise.resolve();

  constructor(dataDir: string, name: string) {
    this.folder = join(dataDir, 'machines', name);
    this.#file = join(this.folder, 'machine.json');
  }

  /** Reads the state; a machine that is new gets its own uuid, serial number and BMC account. */
  async load(index: number): Promise<SavedMachine> {
    await mkdir(this.folder, { recursive: true });
    try {
      return savedSchema.parse(JSON.parse(await readFile(this.#file, 'utf8')));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
    return {
      uuid: randomUUID(),
      serial: `FLEET${String(index).padStart(5, '0')}`,
      bmc: { port: 0, username: 'admin', password: randomBytes(PASSWORD_BYTES).toString('base64url') },
      power: 'off',
      boot: { valid: false, persistent: false, efi: false, device: 'none' },
    };
  }

  /** Writes the state, after any write before. */
  save(machine: SavedMachine): Promise<void> {
    const text = JSON.stringify(machine, undefined, 2);
    const write = async (): Promise<void> => {
      const draft = `${this.#file}.new`;
      await writeFile(draft, text, { mode: 0o600 });
      await chmod(draft, 0o600);
      await rename(draft, this.#file);
    };
    this.#writing = this.#writing.then(write, write);
    return this.#writing;
  }
}
