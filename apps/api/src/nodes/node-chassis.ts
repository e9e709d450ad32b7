import type { Transaction } from '#database/client.js';
import { invalid } from '../errors/api-error.js';

type Reader = Pick<Transaction, 'chassis'>;

/** The key of the chassis that a node names; null when it names none. @throws ApiError 400 when there is none */
export async function chassisIdOf(database: Reader, uuid: string | null | undefined): Promise<number | null> {
  if (!uuid) return null;
  const chassis = await database.chassis.findUnique({ where: { uuid }, select: { id: true } });
  if (!chassis) throw invalid(`Chassis ${uuid} could not be found.`);
  return chassis.id;
}

/** The UUID of the chassis that a node is in. */
export async function chassisUuidOf(database: Reader, id: number | null): Promise<string | null> {
  if (id === null) return null;
  const chassis = await database.chassis.findUnique({ where: { id }, select: { uuid: true } });
  return chassis?.uuid ?? null;
}
