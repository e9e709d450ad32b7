import { z } from 'zod';
import { infoOf, type OptionInfo } from './option.js';
import { agentSection } from './sections/agent.js';
import { apiSection } from './sections/api.js';
import { authSection } from './sections/auth.js';
import { bootSection } from './sections/boot.js';
import { conductorSection } from './sections/conductor.js';
import { databaseSection } from './sections/database.js';
import { deploySection } from './sections/deploy.js';
import { driversSection } from './sections/drivers.js';
import { fakeSection } from './sections/fake.js';
import { keystoneSection } from './sections/keystone.js';
import { logSection } from './sections/log.js';
import { secretsSection } from './sections/secrets.js';
import { temporalSection } from './sections/temporal.js';
import { tlsSection } from './sections/tls.js';
import { workerSection } from './sections/worker.js';

/** The whole configuration: `temper.yaml` has these sections, each section its keys. */
export const configSchema = z.object({
  api: apiSection,
  tls: tlsSection,
  auth: authSection,
  keystone: keystoneSection,
  boot: bootSection,
  database: databaseSection,
  temporal: temporalSection,
  secrets: secretsSection,
  conductor: conductorSection,
  worker: workerSection,
  drivers: driversSection,
  deploy: deploySection,
  agent: agentSection,
  fake: fakeSection,
  log: logSection,
});

/** The configuration as it is in force, in the words of the file. */
export type Config = z.infer<typeof configSchema>;

/** Names of the sections, in the order of the reference page. */
export const sectionNames: readonly string[] = Object.keys(configSchema.shape);

/** One key that can be set. */
export interface Option {
  readonly section: string;
  readonly key: string;
  /** `section.key`. */
  readonly path: string;
  readonly schema: z.core.$ZodType;
  readonly info: OptionInfo;
  /** The variables that set it; the first is `TEMPER_<SECTION>_<KEY>`. */
  readonly env: readonly string[];
}

/** Every option, in the order of the reference page. */
export const options: readonly Option[] = Object.entries(configSchema.shape).flatMap(([section, { shape }]) =>
  Object.entries(shape).map(([key, schema]: [string, z.core.$ZodType]) => {
    const info = infoOf(schema);
    const own = `TEMPER_${section}_${key}`.toUpperCase();
    return { section, key, path: `${section}.${key}`, schema, info, env: [own, ...(info.env ?? [])] };
  }),
);

/** An option's default when it is the same everywhere; undefined for none, and for one that depends on the machine. */
export function defaultOf({ schema, info }: Option): unknown {
  const def: unknown = schema._zod.def;
  if (info.presetText !== undefined || typeof def !== 'object' || def === null) return undefined;
  return 'defaultValue' in def ? def.defaultValue : undefined;
}
