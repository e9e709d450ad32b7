import { z } from 'zod';
import { parseDelay } from '#domain/fake-delays.js';
import { option, section } from '../option.js';

const form = 'must be seconds such as 2 or 0.5, or two of them such as "1,5" for a random time between';

/** `2`, `"2"` or `"1,5"`; kept as a text, as Ironic does. */
const delay = () =>
  z
    .union([z.number(), z.string()], { error: form })
    .transform(String)
    .refine((text) => parseDelay(text) !== undefined, { error: form })
    .default('0');

const of = (name: string) =>
  option(delay(), {
    meaning: `How long an action of the fake ${name} interface takes. Two numbers "a,b": a random time between them.`,
    unit: 's',
    ironic: `[fake]${name}_delay`,
  });

/** Times that `fake-hardware` takes for its actions. */
export const fakeSection = section('How long the fake interfaces take: for tries and load tests without hardware.', {
  bios_delay: of('bios'),
  boot_delay: of('boot'),
  deploy_delay: of('deploy'),
  firmware_delay: of('firmware'),
  inspect_delay: of('inspect'),
  management_delay: of('management'),
  power_delay: of('power'),
  raid_delay: of('raid'),
  rescue_delay: of('rescue'),
  storage_delay: of('storage'),
  vendor_delay: of('vendor'),
});
