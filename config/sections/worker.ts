import { option, section, types } from '../option.js';

/** How much one worker does at once. */
export const workerSection = section('How much one worker process does at once, and where it tells of its health.', {
  health_bind: option(types.text().default('127.0.0.1'), { meaning: 'Address of /healthz and /readyz.' }),
  health_port: option(types.port().default(6_386), {
    meaning: 'Port of /healthz and /readyz; `temper up` chooses a free one.',
  }),
  flow_slots: option(types.whole(2, 10_000).default(100), {
    meaning: 'Workflow tasks at a time; each lasts milliseconds.',
  }),
  cached_flows: option(types.whole(0, 100_000).default(1_000), {
    meaning: 'Workflows kept in memory, 150 KB each; others are replayed when they wake.',
  }),
  row_slots: option(types.whole(1, 10_000).default(100), {
    meaning: 'Row writes beside the flows at a time.',
  }),
  hardware_slots: option(types.whole(1, 10_000).default(300), {
    meaning: 'Contacts with BMCs, agents and image servers at a time.',
    ironic: '[conductor]workers_pool_size',
  }),
  step_slots: option(types.whole(1, 10_000).default(500), {
    meaning: 'Running steps followed at a time: one for each machine that writes or erases a disk.',
  }),
});
