import { ApplicationFailure } from '@temporalio/common';
import { internalTime } from '#domain/internal-time.js';
import { architectureOf, interfacesFound } from '#domain/inspection-data.js';
import type { Prisma } from '#database/generated/client.js';
import type { WriteKey } from '../contract.js';
import { changeInternalInfo } from '../internal-info.js';
import { jsonObject } from '../json.js';
import type { NodeDeps } from './deps.js';
import { ownWrite } from './own-write.js';

/**
 * See {@link NodeActivities.storeInspection}. Of Ironic's hooks it does what its default answers show: the interfaces
 * that were found, and the node's CPU architecture.
 */
export async function storeInspection(deps: NodeDeps, key: WriteKey): Promise<void> {
  await ownWrite(deps, key, async ({ tx, node, operation, repeated }) => {
    if (repeated) return;
    const post = await tx.inspectionPost.findUnique({ where: { operationId: operation.id } });
    if (!post) throw invalid(node.uuid, 'the ramdisk has sent nothing');
    const inventory = jsonObject(post.inventory);
    const found = interfacesFound(inventory);
    if (typeof found === 'string') throw invalid(node.uuid, found);
    const architecture = architectureOf(inventory);
    if (architecture === undefined) throw invalid(node.uuid, 'it does not say the architecture of the CPU');

    const { logs: _, ...sent } = jsonObject(post.pluginData);
    const data = { inventory: plain(inventory), pluginData: plain({ ...sent, ...found }), inspectedAt: new Date() };
    await tx.nodeInventory.upsert({ where: { nodeId: node.id }, create: { nodeId: node.id, ...data }, update: data });
    const properties = { ...(jsonObject(node.properties) as Prisma.InputJsonObject), cpu_arch: architecture };
    await tx.node.update({ where: { id: node.id }, data: { properties } });
    await changeInternalInfo(tx, node.id, { set: { agent_last_heartbeat: internalTime() } });
    await tx.inspectionPost.delete({ where: { operationId: operation.id } });
  });
}

function invalid(nodeUuid: string, reason: string): ApplicationFailure {
  const text = `Failed to finish inspection: the inventory of node ${nodeUuid} is not valid: ${reason}; read the ramdisk's logs.`;
  return ApplicationFailure.nonRetryable(text, 'NodeInvalid');
}

/** A copy that is plain JSON. */
function plain(value: object): Prisma.InputJsonObject {
  return JSON.parse(JSON.stringify(value)) as Prisma.InputJsonObject;
}
