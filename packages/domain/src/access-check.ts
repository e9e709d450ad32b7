/** Who asks, as far as rules look at it (oslo.context to_policy_values). */
export interface Credentials {
  /** Names in any case. */
  readonly roles: readonly string[];
  /** `all` for a token of the whole deployment, otherwise null. */
  readonly systemScope: string | null;
  /** Set when the token is scoped to a domain; no rule is for those. */
  readonly domainId: string | null;
  readonly projectId: string | null;
  readonly projectName: string | null;
}

/** Attributes of objects, and of the configuration, that rules compare with. */
export type TargetKey =
  'node.owner' | 'node.lessee' | 'allocation.owner' | 'runbook.owner' | 'config.service_project_name';

/** What is acted on. A missing key fits nobody; null fits who has no project (see {@link holds}). */
export type Target = Readonly<Partial<Record<TargetKey, string | null>>>;

/** A condition on credentials and target: the part of oslo.policy's language that Ironic's defaults use. */
export type Check =
  | { readonly kind: 'nobody' | 'system' }
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'project'; readonly key: TargetKey }
  | { readonly kind: 'projectName'; readonly key: TargetKey }
  | { readonly kind: 'named'; readonly name: string; readonly check: Check }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Check[] };

export const nobody: Check = { kind: 'nobody' };
/** The token is of the whole deployment. */
export const system: Check = { kind: 'system' };
/** The token has the role. Keystone lists implied roles too, so an admin is also manager, member and reader. */
export const role = (name: string): Check => ({ kind: 'role', role: name });
/** The token's project is the one that the target names. */
export const project = (key: TargetKey): Check => ({ kind: 'project', key });
/** The token's project has the name that the target says. */
export const projectName = (key: TargetKey): Check => ({ kind: 'projectName', key });
/** The same check under a name of its own. */
export const named = (name: string, check: Check): Check => ({ kind: 'named', name, check });
export const all = (...of: readonly Check[]): Check => ({ kind: 'all', of });
export const any = (...of: readonly Check[]): Check => ({ kind: 'any', of });

/**
 * Does the check hold? As in oslo.policy values are compared as texts, so a token without a project fits a target
 * whose owner is null: that is what lets a manager of the whole system act on nodes that no project owns.
 */
export function holds(check: Check, credentials: Credentials, target: Target): boolean {
  switch (check.kind) {
    case 'nobody':
      return false;
    case 'system':
      return credentials.systemScope === 'all';
    case 'role':
      return credentials.roles.some((name) => name.toLowerCase() === check.role);
    case 'project':
      return target[check.key] !== undefined && target[check.key] === credentials.projectId;
    case 'projectName':
      return target[check.key] !== undefined && target[check.key] === credentials.projectName;
    case 'named':
      return holds(check.check, credentials, target);
    case 'all':
      return check.of.every((part) => holds(part, credentials, target));
    case 'any':
      return check.of.some((part) => holds(part, credentials, target));
  }
}

/** Does the verdict depend on an object's owner or lessee? */
export function looksAtObject(check: Check): boolean {
  switch (check.kind) {
    case 'project':
      return true;
    case 'all':
    case 'any':
      return check.of.some(looksAtObject);
    case 'named':
      return looksAtObject(check.check);
    case 'nobody':
    case 'system':
    case 'role':
    case 'projectName':
      return false;
  }
}

/** The check in the language of Ironic's policy files. */
export function policyText(check: Check): string {
  switch (check.kind) {
    case 'nobody':
      return '!';
    case 'system':
      return 'system_scope:all';
    case 'role':
      return `role:${check.role}`;
    case 'project':
      return `project_id:%(${check.key})s`;
    case 'projectName':
      return `project_name:%(${check.key})s`;
    case 'named':
      return `rule:${check.name}`;
    case 'all':
      return check.of.map(part).join(' and ');
    case 'any':
      return check.of.map(part).join(' or ');
  }
}

function part(check: Check): string {
  return check.kind === 'all' || check.kind === 'any' ? `(${policyText(check)})` : policyText(check);
}
