import { z } from 'zod';
import { interfaceNames } from '#domain/hardware-types.js';
import { allows, allowsField, isFeature } from '#domain/microversions.js';
import { linkList } from '../resource/links.js';

/** GET /v1/drivers/{name} at that version; with `fields` and in lists only some of it. */
export function driverAnswer(minor: number) {
  const seen = allows(minor, 'driver.default_interfaces') ? interfaceNames : [];
  const interfaces = seen
    .filter((name) => !isFeature(`driver.${name}_interfaces`) || allowsField(minor, 'driver', `${name}_interfaces`))
    .flatMap((name) => [
      [`default_${name}_interface`, z.string().nullable()] as const,
      [`enabled_${name}_interfaces`, z.array(z.string())] as const,
    ]);
  return z
    .object({
      name: z.string(),
      hosts: z.array(z.string()),
      ...(allows(minor, 'driver.properties') ? { properties: linkList() } : {}),
      ...(allows(minor, 'driver.type') ? { type: z.literal('dynamic') } : {}),
      ...Object.fromEntries(interfaces),
    })
    .partial()
    .extend({ links: linkList() });
}

/** GET /v1/drivers at that version. */
export function driverListAnswer(minor: number) {
  return z.object({ drivers: z.array(driverAnswer(minor)) });
}

/** Descriptions by the name of the property. */
export const propertyDescriptions = z.record(z.string(), z.string());
