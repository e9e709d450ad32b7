import type { HardwareTypeName } from '#domain/hardware-types.js';
import type { ConductorsService } from '../conductors/conductors.service.js';
import { notFound } from '../errors/api-error.js';

/** The driver of that name. @throws ApiError 404 when no live worker offers it */
export async function knownDriver(conductors: ConductorsService, name: string): Promise<HardwareTypeName> {
  const found = (await conductors.live()).drivers().find((driver) => driver.name === name);
  if (found) return found.name;
  throw notFound(`The driver '${name}' is unknown.`);
}
