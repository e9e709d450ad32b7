import { option, section, types } from '../option.js';

/** The Temporal service. */
export const temporalSection = section('The Temporal service, which runs the workflows.', {
  address: option(types.text().optional(), {
    meaning:
      'Its `host:port`. Without it `temper up` runs a Temporal of its own; API and worker alone take 127.0.0.1:7233.',
    env: ['TEMPORAL_ADDRESS'],
    presetText: "`temper up`'s own",
  }),
  namespace: option(types.text().default('temper'), {
    meaning: 'The namespace in which workflows run; `temper up` makes it.',
    env: ['TEMPORAL_NAMESPACE'],
  }),
  ui_url: option(types.url().optional(), {
    meaning: "Base of the Temporal UI's URLs, to which operations link.",
    presetText: "that of `temper up`'s own Temporal",
  }),
});
