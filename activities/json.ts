import type { Json } from '#database/secrets.js';

/** An object as Ironic keeps them in driver_info and the like. */
export type JsonObject = Readonly<Record<string, Json>>;

/** Is it an object, rather than a list, a text, a number or nothing? */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON column as an object; anything else reads as an empty one. */
export function jsonObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** A field as text: numbers are written out, an empty text or anything else is undefined. */
export function textOf(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
