import { z } from 'zod';
import { option, section, types } from '../option.js';

const priority = (step: string, name: string) =>
  option(types.whole(0, 100_000).optional(), {
    meaning: `Priority of the agent's step ${step} in automated cleaning; 0 switches it off.`,
    ironic: `[deploy]${name}`,
    presetText: "the agent's own",
  });

/** Deploying and cleaning. */
export const deploySection = section('Deploying and cleaning.', {
  power_off_after_deploy_failure: option(types.flag().default(true), {
    meaning: 'Whether a machine is powered off after a failed deploy; left on, its ramdisk can be looked at.',
    ironic: '[deploy]power_off_after_deploy_failure',
  }),
  erase_devices_priority: priority('`deploy.erase_devices`', 'erase_devices_priority'),
  erase_devices_metadata_priority: priority('`deploy.erase_devices_metadata`', 'erase_devices_metadata_priority'),
  delete_configuration_priority: priority('`raid.delete_configuration`', 'delete_configuration_priority'),
  create_configuration_priority: priority('`raid.create_configuration`', 'create_configuration_priority'),
  clean_step_priority_override: option(
    z
      .record(z.string(), types.whole(0, 100_000), {
        error: 'must be priorities by step, such as {deploy.erase_devices: 0}',
      })
      .refine((given) => Object.keys(given).every((step) => /^[a-z]+\.\w+$/.test(step)), {
        error: 'must have keys such as deploy.erase_devices',
      })
      .default({}),
    {
      meaning: 'Priorities of any steps in automated cleaning, as `interface.step: priority`; 0 switches a step off.',
      ironic: '[conductor]clean_step_priority_override',
    },
  ),
});
