import { Prisma } from '#database/generated/client.js';
import type { SecretBox } from '#database/secrets.js';
import { maskObject } from '#domain/secrets.js';
import type { Access } from '../auth/access.js';
import { opened } from '../nodes/node.columns.js';
import { linksTo } from '../resource/links.js';
import type { Listed } from '../resource/list-page.js';
import { isoTime } from '../resource/time.js';
import { viewOf, type ViewContext } from '../resource/view.js';
import { targetResource } from './target.schema.js';
import { volumeParts } from './volume-nodes.js';

/** A target with its node. */
export type TargetRow = Prisma.VolumeTargetGetPayload<{ include: typeof volumeParts }>;

/** What the view of a target depends on besides its row. */
export interface TargetContext extends ViewContext {
  readonly secrets: SecretBox;
  readonly access: Pick<Access, 'may'>;
}

/** What Ironic shows in place of properties. */
const redacted =
  '** Value redacted: Requires permission baremetal:volume:view_target_properties access. Permission denied. **';

/** A target as an answer shows it; with `fields` only those and its links. */
export const targetView = viewOf<typeof targetResource.schema.shape, TargetRow, TargetContext>(targetResource, {
  uuid: (target) => target.uuid,
  created_at: (target) => isoTime(target.createdAt),
  updated_at: (target) => isoTime(target.updatedAt),
  boot_index: (target) => target.bootIndex,
  extra: (target) => target.extra,
  properties: (target, { secrets, access }) =>
    access.may('baremetal:volume:view_target_properties')
      ? maskObject(opened(target.properties, secrets))
      : { redacted_contents: redacted },
  volume_id: (target) => target.volumeId,
  volume_type: (target) => target.volumeType,
  links: (target, { base }) => linksTo(base, `volume/targets/${target.uuid}`),
  node_uuid: (target) => target.node.uuid,
});

/** The list of targets. */
export function targetList(
  secrets: SecretBox,
): Listed<TargetRow, Prisma.VolumeTargetWhereInput, Prisma.VolumeTargetOrderByWithRelationInput> {
  return {
    key: 'targets',
    noun: 'Volume target',
    resource: targetResource,
    short: ['uuid', 'node_uuid', 'volume_type', 'boot_index', 'volume_id'],
    columns: Prisma.VolumeTargetScalarFieldEnum,
    nullable: ['updatedAt'],
    unsortable: ['extra', 'properties'],
    find: (database, query) => database.volumeTarget.findMany({ ...query, include: volumeParts }),
    marker: (database, uuid) => database.volumeTarget.findUnique({ where: { uuid } }),
    markerOf: (target) => target.uuid,
    view: (target, { minor, base, access }, fields) => targetView(target, { minor, base, access, secrets }, fields),
  };
}
