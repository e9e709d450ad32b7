import type { Credentials } from '#domain/access-check.js';

/** Who asks, as the strategy of authentication found out. */
export interface Caller extends Credentials {
  /** Do the rules of the policy bind them? Only Keystone knows roles; with the other strategies everybody may all. */
  readonly bound: boolean;
  /** Id of the user, or the name where users have no ids; null when nobody said. */
  readonly userId: string | null;
  /** Name of the project whose service accounts act for the whole system, if one is configured. */
  readonly serviceProjectName: string | null;
}

/** The caller of a request that needs no authentication, or of one before it. */
export const nobodyKnown: Caller = {
  bound: true,
  userId: null,
  roles: [],
  systemScope: null,
  domainId: null,
  projectId: null,
  projectName: null,
  serviceProjectName: null,
};

/** A way to find out who asks. */
export interface Authenticator {
  /** @throws ApiError 401 or 400 for credentials that do not do, 503 when they cannot be checked now */
  authenticate(headers: RequestHeaders): Promise<Caller>;
  /** Ends what runs in the background. */
  close(): Promise<void>;
}

/** Headers by their names in lower case, as Node gives them. */
export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** One header's text; undefined when it is not there. */
export function headerText(headers: RequestHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
