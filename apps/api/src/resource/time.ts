import { z } from 'zod';

/** A time as Ironic writes it: ISO 8601 with microseconds and `+00:00`; null stays null. */
export function isoTime(time: Date | null): string | null {
  return time === null ? null : time.toISOString().replace('Z', '000+00:00');
}

/** A time in the API's document; null for what has not happened. */
export const timestamp = () => z.string().nullable();
