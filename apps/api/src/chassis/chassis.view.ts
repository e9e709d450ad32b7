import { Prisma, type Chassis } from '#database/generated/client.js';
import { linksTo } from '../resource/links.js';
import type { Listed } from '../resource/list-page.js';
import { isoTime } from '../resource/time.js';
import { viewOf } from '../resource/view.js';
import { chassisResource } from './chassis.schema.js';

/** A chassis as a client sees it; with `fields` only those and its links. */
export const chassisView = viewOf<typeof chassisResource.schema.shape, Chassis>(chassisResource, {
  uuid: (chassis) => chassis.uuid,
  created_at: (chassis) => isoTime(chassis.createdAt),
  updated_at: (chassis) => isoTime(chassis.updatedAt),
  description: (chassis) => chassis.description,
  extra: (chassis) => chassis.extra,
  links: (chassis, { base }) => linksTo(base, `chassis/${chassis.uuid}`),
  nodes: (chassis, { base }) => [linksTo(base, `chassis/${chassis.uuid}/nodes`)],
});

/** Lists of chassis. */
export const chassisList: Listed<Chassis, Prisma.ChassisWhereInput, Prisma.ChassisOrderByWithRelationInput> = {
  key: 'chassis',
  noun: 'Chassis',
  resource: chassisResource,
  short: ['uuid', 'description'],
  columns: Prisma.ChassisScalarFieldEnum,
  nullable: ['updatedAt', 'description'],
  unsortable: ['extra'],
  find: (database, query) => database.chassis.findMany(query),
  marker: (database, uuid) => database.chassis.findUnique({ where: { uuid } }),
  markerOf: (chassis) => chassis.uuid,
  view: chassisView,
};
