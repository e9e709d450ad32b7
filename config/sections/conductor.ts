import { hostname } from 'node:os';
import { option, section, types } from '../option.js';

const seconds = (preset: number) => types.whole(0, 30 * 86_400).default(preset);

const waiting = (state: string, name: string) =>
  option(seconds(1_800), {
    meaning: `How long a node may be in \`${state}\` without a sign of its agent; 0 = for ever.`,
    unit: 's',
    ironic: `[conductor]${name}`,
    env: ['TEMPER_CALLBACK_TIMEOUT'],
  });

/** What clients know as conductors: the workers, and how operations run. */
export const conductorSection = section('The workers as clients know them, as conductors, and how operations run.', {
  host: option(
    types.text().default(() => hostname()),
    {
      meaning: 'Name of this worker in the API.',
      ironic: '[DEFAULT]host',
      presetText: "this machine's host name",
    },
  ),
  group: option(
    types
      .anyText()
      .regex(/^[a-zA-Z0-9_.-]*$/, 'may hold letters, digits, ".", "_" and "-" only')
      .default(''),
    {
      meaning: 'Whose hardware this worker reaches; empty: nodes without a conductor group.',
      ironic: '[conductor]conductor_group',
    },
  ),
  automated_clean: option(types.flag().default(true), {
    meaning: 'Whether nodes whose automated_clean is null are cleaned at `provide` and after deletion.',
    ironic: '[conductor]automated_clean',
    env: ['TEMPER_AUTOMATED_CLEAN'],
  }),
  allow_deleting_available_nodes: option(types.flag().default(true), {
    meaning: 'Whether nodes in `available` may be deleted outside maintenance.',
    ironic: '[conductor]allow_deleting_available_nodes',
  }),
  deploy_callback_timeout: waiting('wait call-back', 'deploy_callback_timeout'),
  clean_callback_timeout: waiting('clean wait', 'clean_callback_timeout'),
  inspect_wait_timeout: waiting('inspect wait', 'inspect_wait_timeout'),
  rescue_callback_timeout: waiting('rescue wait', 'rescue_callback_timeout'),
  service_callback_timeout: waiting('service wait', 'service_callback_timeout'),
  soft_power_off_timeout: option(types.whole(1, 86_400).default(600), {
    meaning: 'How long the operating system has for a soft power off, when the request names no timeout.',
    unit: 's',
    ironic: '[conductor]soft_power_off_timeout',
  }),
});
