import type { BootDevice } from '#activities/contract.js';
import { handsOf, nodes, type Hands } from './runbook/proxies.js';

/** Reads a node's boot device for a client that waits for the answer. */
export async function getBootDevice(nodeUuid: string): Promise<BootDevice> {
  return (await handsOn(nodeUuid)).management.readBootDevice(nodeUuid);
}

/** Sets a node's boot device for a client that waits for the answer. */
export async function setBootDevice(
  nodeUuid: string,
  { device, persistent }: { readonly device: string; readonly persistent: boolean },
): Promise<void> {
  await (await handsOn(nodeUuid)).management.changeBootDevice(nodeUuid, device, persistent);
}

async function handsOn(nodeUuid: string): Promise<Hands> {
  const { conductorGroup, interfaces } = await nodes.whereabouts(nodeUuid);
  return handsOf(conductorGroup, interfaces);
}
