import { maskedText } from '#domain/secrets.js';
import { placeOf, type Loaded, type Origin } from './load.js';
import { options } from './schema.js';

/** One option as it may be shown to anybody. */
export interface ShownOption {
  readonly path: string;
  /** Null when it is not set and has no default. Secrets are `******`. */
  readonly value: unknown;
  readonly origin: Origin['kind'];
  /** `temper.yaml:12`, `TEMPER_API_PORT`; null for a default. */
  readonly place: string | null;
}

/** The whole configuration with the origin of each value and without secrets. */
export function shownOptions({ config, origins }: Loaded): readonly ShownOption[] {
  const values: Readonly<Record<string, Readonly<Record<string, unknown>>>> = config;
  return options.map(({ section, key, path, info }) => {
    const value = values[section]?.[key] ?? null;
    const origin = origins.get(path);
    const shown = info.secret === true && value !== null ? maskedText : withoutPassword(value);
    return { path, value: shown, origin: origin?.kind ?? 'default', place: placeOf(origin) ?? null };
  });
}

/** The password in a URL's authority, as in `postgresql://user:password@host/`. */
function withoutPassword(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value
    .replace(/^([a-z][a-z0-9+.-]*:\/\/[^/:@]*):.*@/i, `$1:${maskedText}@`)
    .replace(/([?&]password=)[^&]*/gi, `$1${maskedText}`);
}
