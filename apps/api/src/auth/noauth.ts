import { headerText, nobodyKnown, type Authenticator, type Caller, type RequestHeaders } from './caller.js';

/**
 * Everybody may do everything. A proxy in front may say who asks by the headers that Ironic reads in the same way
 * (oslo.context): they name users in history and owners of new nodes, and permit nothing that would not be permitted.
 */
export const noauth: Authenticator = {
  authenticate: (headers) => Promise.resolve(claimed(headers)),
  close: () => Promise.resolve(),
};

/** What the headers of a request say of its sender, unproven. */
export function claimed(headers: RequestHeaders): Caller {
  const said = (...names: readonly string[]) => names.map((name) => headerText(headers, name)).find(isText) ?? null;
  return {
    ...nobodyKnown,
    bound: false,
    userId: said('x-user-id', 'x-user'),
    projectId: said('x-project-id', 'x-tenant-id', 'x-tenant'),
    systemScope: said('openstack-system-scope'),
  };
}

function isText(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
