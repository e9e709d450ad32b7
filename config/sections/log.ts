import { option, section, types } from '../option.js';

/** What the programs write to their logs. */
export const logSection = section('Logs of the programs.', {
  level: option(types.choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'), {
    meaning: 'The least important kind of line that is written.',
    ironic: '[DEFAULT]debug',
  }),
});
