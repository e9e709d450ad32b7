import { z } from 'zod';
import { linkList } from '../resource/links.js';
import { field, Resource } from '../resource/resource.js';

/** A worker as clients of Ironic know it. */
export const conductorResource = new Resource('conductor', {
  created_at: field(z.string()),
  updated_at: field(z.string().nullable()),
  hostname: field(z.string(), { short: true }),
  conductor_group: field(z.string(), { short: true }),
  drivers: field(z.array(z.string())),
  links: field(linkList(), { always: true }),
  alive: field(z.boolean(), { short: true }),
});
