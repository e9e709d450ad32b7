import { isHardwareType, type HardwareTypeName } from '#domain/hardware-types.js';
import { notFound } from '../errors/api-error.js';

/** The driver of that name. @throws ApiError 404 when there is none, whatever the workers offer */
export function known(name: string): HardwareTypeName {
  if (isHardwareType(name)) return name;
  throw notFound(`The driver '${name}' is unknown.`);
}
