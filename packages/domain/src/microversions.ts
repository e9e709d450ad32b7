/** Oldest API minor version that is served. */
export const minMinor = 1;
/** Newest API minor version that is served; `latest`. */
export const maxMinor = 115;
/** The range as it stands in headers and texts. */
export const minVersion = `1.${minMinor}`;
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

/** First minor version of everything that is not in 1.1. */
export const features = {
  'node.name': 5,
} as const satisfies Record<string, number>;

/** A gated field, filter, resource or behaviour. */
export type Feature = keyof typeof features;

/** May a client of that minor version use the feature? */
export function allows(apiMinor: number, feature: Feature): boolean {
  return apiMinor >= features[feature];
}

/** Negotiates the version of a request (api.md §1.1). */
export function parseApiVersion(headers: RequestHeaders): VersionNegotiation {
  void headers;
  return { ok: true, minor: 1 };
}
