import { z } from 'zod';
import { field, Resource } from '../resource/resource.js';

const text = () => field(z.string().nullable());
const object = () => field(z.record(z.string(), z.unknown()));

/** GET /v1/nodes/{ident}/states, in the order of its answer. */
export const statesResource = new Resource('states', {
  console_enabled: field(z.boolean()),
  last_error: text(),
  power_state: text(),
  provision_state: text(),
  target_power_state: text(),
  target_provision_state: text(),
  provision_updated_at: text(),
  raid_config: object(),
  target_raid_config: object(),
  boot_mode: text(),
  secure_boot: field(z.boolean().nullable()),
});
