import { z } from 'zod';
import { linkList } from '../resource/links.js';
import { field, Resource } from '../resource/resource.js';

const text = () => field(z.string().nullable());
const short = { short: true };

/** An entry of a node's history. */
export const historyResource = new Resource('history', {
  uuid: field(z.uuid(), short),
  created_at: field(z.string(), short),
  severity: field(z.string(), short),
  event: field(z.string(), short),
  links: field(linkList(), { always: true }),
  event_type: text(),
  conductor: text(),
  user: text(),
  project: text(),
  state: text(),
  target_provision_state: text(),
  duration_seconds: field(z.number().nullable()),
});
