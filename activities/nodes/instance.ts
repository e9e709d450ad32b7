import type { WriteKey } from '../contract.js';
import { changeInternalInfo } from '../internal-info.js';
import { jsonObject } from '../json.js';
import type { NodeDeps } from './deps.js';
import { ownWrite } from './own-write.js';

/** Keys of driver_internal_info that describe the instance (Ironic conductor/manager.py _do_node_tear_down). */
const instanceKeys = [
  'instance',
  'root_uuid_or_disk_id',
  'is_whole_disk_image',
  'is_source_a_path',
  'deploy_boot_mode',
  'automatic_lessee',
];

/** See {@link NodeActivities.clearInstance}. */
export async function clearInstance(deps: NodeDeps, key: WriteKey): Promise<void> {
  await ownWrite(deps, key, async ({ tx, node, repeated }) => {
    if (repeated) return;
    const lesseeIsOurs = Object.hasOwn(jsonObject(node.driverInternalInfo), 'automatic_lessee');
    await changeInternalInfo(tx, node.id, { remove: instanceKeys });
    await tx.allocation.deleteMany({ where: { nodeId: node.id } });
    await tx.node.update({
      where: { id: node.id },
      data: {
        instanceInfo: {},
        instanceUuid: null,
        instanceName: null,
        ...(lesseeIsOurs ? { lessee: null } : {}),
      },
    });
  });
}
