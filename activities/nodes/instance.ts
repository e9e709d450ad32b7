import type { Prisma } from '#database/generated/client.js';
import type { WriteKey } from '../contract.js';
import type { NodeDeps } from './deps.js';
import { ownWrite } from './own-write.js';

/** Keys of driver_internal_info that describe the instance (Ironic conductor/manager.py _do_node_tear_down). */
const instanceKeys = new Set([
  'instance',
  'root_uuid_or_disk_id',
  'is_whole_disk_image',
  'is_source_a_path',
  'deploy_boot_mode',
  'automatic_lessee',
]);

/** See {@link NodeActivities.clearInstance}. */
export async function clearInstance(deps: NodeDeps, key: WriteKey): Promise<void> {
  await ownWrite(deps, key, async ({ tx, node, repeated }) => {
    if (repeated) return;
    const info = node.driverInternalInfo;
    const present = info !== null && typeof info === 'object' && !Array.isArray(info) ? info : {};
    const kept = Object.entries(present).filter(([name]) => !instanceKeys.has(name));
    await tx.node.update({
      where: { id: node.id },
      data: {
        instanceInfo: {},
        instanceUuid: null,
        instanceName: null,
        driverInternalInfo: Object.fromEntries(kept) as Prisma.InputJsonObject,
        ...(Object.hasOwn(present, 'automatic_lessee') ? { lessee: null } : {}),
      },
    });
  });
}
