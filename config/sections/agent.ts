import { option, section, types } from '../option.js';

/** The agent in the ramdisk. */
export const agentSection = section('The agent in the ramdisk.', {
  debug: option(types.flag().default(false), { meaning: 'Agents log in detail (`ipa-debug=1`).' }),
});
