import { z } from 'zod';

const machineSchema = z.looseObject({
  name: z.string(),
  mac: z.string(),
  uuid: z.string(),
  bmc: z.object({ address: z.string(), port: z.number(), username: z.string(), password: z.string() }),
  power: z.enum(['on', 'off']),
  stage: z.string(),
  agentStage: z.string().nullable(),
  instance: z.looseObject({}).nullable(),
});

const logEntrySchema = z.object({
  at: z.string(),
  /** Number of the boot since the fleet started. */
  boot: z.number(),
  event: z.string(),
  detail: z.string().optional(),
});

const detailsSchema = machineSchema.extend({ boots: z.number(), log: z.array(logEntrySchema) });
const bmcRecordSchema = z.looseObject({ at: z.string(), name: z.string(), detail: z.string().optional() });
const imageSchema = z.object({ kind: z.enum(['disk', 'kernel', 'ramdisk']), url: z.string(), sha256: z.string() });

/** A simulated machine, as seen by somebody who stands beside it. */
export type Machine = z.infer<typeof machineSchema>;
export type MachineDetails = z.infer<typeof detailsSchema>;
export type LogEntry = z.infer<typeof logEntrySchema>;
export type BmcRecord = z.infer<typeof bmcRecordSchema>;
export type Image = z.infer<typeof imageSchema>;

/** The control API of the simulated machines (apps/fleet/README.md). */
export class FleetControl {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async machines(): Promise<readonly Machine[]> {
    return z.array(machineSchema).parse(await this.#call('GET', '/machines'));
  }

  async machine(name: string): Promise<MachineDetails> {
    return detailsSchema.parse(await this.#call('GET', `/machines/${name}`));
  }

  /** Commands that the BMC executed since the fleet started, oldest first. */
  async bmcLog(name: string): Promise<readonly BmcRecord[]> {
    return z.array(bmcRecordSchema).parse(await this.#call('GET', `/machines/${name}/bmc-log`));
  }

  /** Replaces all faults of a machine; none given ends all. */
  async setFaults(name: string, faults: { readonly bmc?: object; readonly machine?: object } = {}): Promise<void> {
    await this.#call('PUT', `/machines/${name}/faults`, faults);
  }

  /** Adds a step to what the machine's agent can do. */
  async addAgentStep(name: string, step: object): Promise<void> {
    await this.#call('PUT', `/machines/${name}/agent-steps`, step);
  }

  /** Somebody at the machine, behind the BMC's back. @param bootDevice chosen at the boot menu, for one boot */
  async pressPower(name: string, action: 'on' | 'off' | 'reset', bootDevice?: string): Promise<void> {
    await this.#call('PUT', `/machines/${name}/power`, { action, ...(bootDevice === undefined ? {} : { bootDevice }) });
  }

  async image(kind: Image['kind']): Promise<Image> {
    const images = z.array(imageSchema).parse(await this.#call('GET', '/images'));
    const found = images.find((image) => image.kind === kind);
    if (!found) throw new Error(`The fleet serves no ${kind}.`);
    return found;
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return await response.json();
  }
}
