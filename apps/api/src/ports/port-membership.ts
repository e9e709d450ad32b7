import type { Transaction } from '#database/client.js';
import type { Portgroup } from '#database/generated/client.js';
import { conflict, invalid } from '../errors/api-error.js';
import { plainly } from '../resource/shown.js';

/**
 * The portgroup that a port names.
 * @throws ApiError 400 when there is none, or it is another node's
 */
export async function portgroupToJoin(tx: Transaction, uuid: string, nodeId: number): Promise<Portgroup> {
  const portgroup = await tx.portgroup.findUnique({ where: { uuid } });
  if (!portgroup) throw invalid(`Portgroup ${uuid} could not be found.`);
  if (portgroup.nodeId !== nodeId) {
    throw invalid('Port can not be added to a portgroup belonging to a different node.');
  }
  return portgroup;
}

/**
 * All members of a portgroup are on one physical network. The first that has one gives it to a group that has none
 * (Ironic conductor/utils.py validate_port_physnet). Called with the node's row locked.
 * @param portId the port itself when it exists already
 * @throws ApiError 409 when the others are on another network
 */
export async function joinPhysicalNetwork(
  tx: Transaction,
  portgroup: Portgroup,
  physicalNetwork: string | null,
  portId?: number,
): Promise<void> {
  const member = await tx.port.findFirst({
    where: { portgroupId: portgroup.id, ...(portId === undefined ? {} : { id: { not: portId } }) },
    orderBy: { id: 'asc' },
    select: { physicalNetwork: true },
  });
  if (!member && portgroup.physicalNetwork === null) {
    if (physicalNetwork === null) return;
    await tx.portgroup.update({ where: { id: portgroup.id }, data: { physicalNetwork, updatedAt: new Date() } });
    return;
  }
  const expected = member ? member.physicalNetwork : portgroup.physicalNetwork;
  if (expected === physicalNetwork) return;
  throw conflict(
    `Port with physical network ${plainly(physicalNetwork)} cannot become a member of port group ${portgroup.uuid} ` +
      `which has ports in physical network ${plainly(expected)}.`,
  );
}
