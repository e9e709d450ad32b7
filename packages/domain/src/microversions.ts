import { features, removals, type Feature } from './features.js';

export { features, type Feature } from './features.js';

/** Oldest API minor version that is served; also that of a request without version. */
export const minMinor = 1;
/** Newest API minor version that is served; `latest`. */
export const maxMinor = 115;
/** The range as it stands in headers and texts. */
export const minVersion = `1.${minMinor}`;
/** See {@link minVersion}. */
export const maxVersion = `1.${maxMinor}`;

/** Names of the version headers, lower case as Node gives them. */
export const versionHeaders = {
  legacy: 'x-openstack-ironic-api-version',
  minimum: 'x-openstack-ironic-api-minimum-version',
  maximum: 'x-openstack-ironic-api-maximum-version',
  standard: 'openstack-api-version',
} as const;

/** Request headers with lower-case names, as Node and Fastify give them. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The outcome of version negotiation. A refusal is a 406; only `unsupported` answers with the range headers. */
export type VersionNegotiation =
  | { readonly ok: true; readonly minor: number }
  | { readonly ok: false; readonly reason: 'malformed' | 'unsupported'; readonly text: string };

/** May a client of that minor version use the feature? */
export function allows(apiMinor: number, feature: Feature): boolean {
  const removedIn: number | undefined = removals[feature];
  return apiMinor >= features[feature] && (removedIn === undefined || apiMinor < removedIn);
}

/** First minor version of a field of a resource; 1 when it was always there. */
export function fieldMinor(resource: string, field: string): number {
  const name = `${resource}.${field}`;
  return isFeature(name) ? features[name] : minMinor;
}

/** May a client of that minor version see and send the field? Unknown fields are the schema's business: true. */
export function allowsField(apiMinor: number, resource: string, field: string): boolean {
  const name = `${resource}.${field}`;
  return isFeature(name) ? allows(apiMinor, name) : true;
}

/** Is it the name of a gated feature? */
export function isFeature(name: string): name is Feature {
  return Object.hasOwn(features, name);
}

/** The text of a 406 that names the version a feature needs (Ironic api/controllers/v1/utils.py). */
export function minimalVersionText(feature: Feature): string {
  return `Request not acceptable. The minimal required API version should be 1.${features[feature]}`;
}

/**
 * Negotiates the version of a request (microversion-parse and Ironic api/controllers/base.py): the standard header
 * wins over the legacy one if it names baremetal; the last entry of a list counts; nothing or blank is 1.1.
 */
export function parseApiVersion(headers: RequestHeaders): VersionNegotiation {
  const asked = requestedVersion(headers) || minVersion;
  const text = asked.toLowerCase() === 'latest' ? maxVersion : asked;
  const [majorText, minorText] = splitOnce(text, '.');
  const major = parseInteger(majorText);
  const minor = minorText === undefined ? undefined : parseInteger(minorText);
  if (major === undefined || minor === undefined) {
    return { ok: false, reason: 'malformed', text: 'Invalid value for X-OpenStack-Ironic-API-Version header' };
  }
  const version = `${major}.${minor}`;
  const range = `[${minVersion}, ${maxVersion}]`;
  if (major !== 1) {
    return {
      ok: false,
      reason: 'unsupported',
      text:
        `Mutually exclusive versions requested. Version ${version} requested but not supported by this service. ` +
        `The supported version range is: ${range}.`,
    };
  }
  if (minor < minMinor || minor > maxMinor) {
    return {
      ok: false,
      reason: 'unsupported',
      text:
        `Version ${version} was requested but the minor version is not supported by this service. ` +
        `The supported version range is: ${range}.`,
    };
  }
  return { ok: true, minor };
}

/**
 * Is a `.json` suffix an ordinary part of a name (1.91)? Ironic decides before negotiation and reads only the legacy
 * header; without it the suffix is kept.
 */
export function keepsJsonSuffix(headers: RequestHeaders): boolean {
  const legacy = headerValue(headers, versionHeaders.legacy);
  if (legacy === undefined) return true;
  const negotiated = parseApiVersion({ [versionHeaders.legacy]: legacy });
  return !negotiated.ok || allows(negotiated.minor, 'behaviour.ordinaryJsonSuffix');
}

function requestedVersion(headers: RequestHeaders): string | undefined {
  const standard = headerValue(headers, versionHeaders.standard);
  const entries = standard?.split(',').toReversed() ?? [];
  for (const entry of entries) {
    const [service, version] = splitOnWhitespace(entry.trim());
    if (service.toLowerCase() === 'baremetal' && version) return version;
  }
  return headerValue(headers, versionHeaders.legacy)?.split(',').at(-1)?.trim();
}

function headerValue(headers: RequestHeaders, name: string): string | undefined {
  const value = headers[name];
  return value === undefined || typeof value === 'string' ? value : value.join(',');
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

function splitOnWhitespace(text: string): [string, string | undefined] {
  const match = /^(\S+)\s+(.+)$/s.exec(text);
  return match ? [match[1] ?? '', match[2]?.trim()] : [text, undefined];
}

/** As Python's int(): spaces around, a sign and leading zeros are accepted. */
function parseInteger(text: string): number | undefined {
  return /^\s*[+-]?\d+(_\d+)*\s*$/.test(text) ? Number(text.replaceAll('_', '')) : undefined;
}
