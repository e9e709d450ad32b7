import type { ImageActivities } from '#activities/contract.js';
import { NodeInvalid } from '#domain/errors.js';
import { currentContact } from '../contact.js';
import { shownUrl } from '../http-probe.js';
import { changeInternalInfo } from '../internal-info.js';
import { textOf } from '../json.js';
import { loadNode, type NodeContext, type RowAccess } from '../node-context.js';
import { writeLine } from '../timeline.js';
import { checksumKind } from './checksum.js';
import { headImage, type HttpImage } from './http.js';

/** Checks of the image that a deploy is to write. */
export function createImageActivities(deps: RowAccess): ImageActivities {
  return {
    async check(operationId) {
      const node = await loadNode(deps, operationId);
      const source = sourceOf(node);
      refusePartitionImages(node);
      const kind = checksumKind(node);
      const image = await headImage(node.uuid, source, currentContact().signal);
      await record(deps, node, image);
      const size = image.size === null ? 'of unknown size' : `of ${(image.size / 2 ** 20).toFixed(1)} MiB`;
      await writeLine(
        deps.database,
        operationId,
        'image',
        `image ${shownUrl(image.url)} ${size} answers, ${kind} given`,
      );
    },
  };
}

function sourceOf({ uuid, instanceInfo }: NodeContext): string {
  const source = textOf(instanceInfo, 'image_source');
  if (source === undefined) {
    throw new NodeInvalid(
      `Node ${uuid} failed to validate deploy image info. Some parameters were missing. Missing are: ['instance_info.image_source']`,
      { hint: 'set instance_info/image_source' },
    );
  }
  if (!URL.canParse(source) || !/^https?:$/.test(new URL(source).protocol)) {
    throw new NodeInvalid(`Node ${uuid}: image_source is not an http(s) address, and no other kind is served yet`, {
      hint: 'put the image on a web server and name its address in instance_info/image_source',
    });
  }
  return source;
}

/** Ironic's rule (common/images.py is_whole_disk_image): named so, or with a kernel and a ramdisk of its own. */
function refusePartitionImages({ uuid, instanceInfo }: NodeContext): void {
  const type = textOf(instanceInfo, 'image_type');
  if (type !== undefined && type !== 'whole-disk' && type !== 'partition') {
    throw new NodeInvalid(`Node ${uuid}: Invalid image_type "${type}", valid are whole-disk, partition`);
  }
  const partition =
    type === undefined ? Boolean(instanceInfo['kernel'] ?? instanceInfo['ramdisk']) : type !== 'whole-disk';
  if (!partition) return;
  throw new NodeInvalid(`Node ${uuid}: its image is a partition image, and only whole disk images can be written`, {
    hint: 'use a whole disk image and set instance_info/image_type to whole-disk',
  });
}

/**
 * What Ironic keeps (deploy_utils.py build_instance_info_for_deploy): the address for the agent, where redirects led,
 * and that the image is a whole disk.
 */
async function record({ database }: RowAccess, { node }: NodeContext, { url }: HttpImage): Promise<void> {
  const set = { image_url: url, image_type: 'whole-disk' };
  await database.$executeRaw`
    UPDATE nodes SET instance_info = instance_info || ${JSON.stringify(set)}::jsonb, updated_at = now()
    WHERE id = ${node.id}`;
  await changeInternalInfo(database, node.id, { set: { is_whole_disk_image: true } });
}
