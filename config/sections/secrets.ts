import { option, section, types } from '../option.js';

/** Keys. */
export const secretsSection = section('Keys. Set them by the environment, or keep the file closed to others.', {
  encryption_keys: option(types.text().optional(), {
    meaning:
      'Keys that seal secrets in the database: "id:base64 of 32 bytes", the newest first and older ones behind commas. Needed with an external database, the same on every machine.',
    env: ['TEMPER_ENCRYPTION_KEYS'],
    secret: true,
    presetText: 'made at the first start of `temper up`, in the home',
  }),
});
