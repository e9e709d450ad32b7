import { option, section, types } from '../option.js';

/** The listener that booting machines ask. */
export const bootSection = section('The listener that serves boot scripts, kernels and ramdisks to machines.', {
  bind: option(types.text().default('127.0.0.1'), {
    meaning: 'Address on which booting machines are served.',
  }),
  port: option(types.port().default(8_089), {
    meaning:
      'Its port. `temper up` takes another one when this default is taken, but never instead of one that is set.',
  }),
  url: option(types.url().optional(), {
    meaning: 'Base of the URLs under which machines reach it.',
    ironic: '[deploy]http_url',
    presetText: 'made of bind and port',
  }),
});
