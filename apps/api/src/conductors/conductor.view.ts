import { Prisma, type Conductor } from '#database/generated/client.js';
import { linksTo } from '../resource/links.js';
import type { Listed } from '../resource/list-page.js';
import { isoTime } from '../resource/time.js';
import { viewOf } from '../resource/view.js';
import { conductorResource } from './conductor.schema.js';
import { isAlive } from './live-conductors.js';

/** A conductor as an answer shows it; with `fields` only those and its links. */
export const conductorView = viewOf<typeof conductorResource.schema.shape, Conductor>(conductorResource, {
  created_at: (conductor) => isoTime(conductor.createdAt),
  updated_at: (conductor) => isoTime(conductor.updatedAt),
  hostname: (conductor) => conductor.hostname,
  conductor_group: (conductor) => conductor.conductorGroup,
  drivers: (conductor) => conductor.drivers,
  links: (conductor, { base }) => linksTo(base, `conductors/${conductor.hostname}`),
  alive: (conductor) => isAlive(conductor),
});

/** The list of conductors. */
export const conductorList: Listed<Conductor, Prisma.ConductorWhereInput, Prisma.ConductorOrderByWithRelationInput> = {
  key: 'conductors',
  noun: 'Conductor',
  resource: conductorResource,
  short: ['hostname', 'conductor_group', 'alive'],
  columns: Prisma.ConductorScalarFieldEnum,
  nullable: [],
  unsortable: ['alive', 'drivers'],
  find: (database, query) => database.conductor.findMany(query),
  marker: (database, hostname) => database.conductor.findUnique({ where: { hostname } }),
  markerOf: (conductor) => conductor.hostname,
  view: conductorView,
};
