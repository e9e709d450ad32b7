import type { RuleName } from '#domain/access-rules.js';
import { invalid } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { valuesFor, type PatchOperation } from '../resource/json-patch.js';
import { shown } from '../resource/shown.js';
import type { RunbookDocument } from './runbook.schema.js';
import type { RunbookRow } from './runbook.view.js';

/**
 * The owner of a new runbook: a project's is its own. Only a system-scoped caller may name another one, or make it
 * public; without authentication nobody is one.
 * @throws ApiError 400
 */
export function ownerOf(given: Pick<RunbookDocument, 'owner' | 'public'>, call: Call): string | null {
  const { systemScope, projectId } = call.access.caller;
  const owner = given.owner ?? null;
  if (systemScope === 'all') return owner;
  if (owner && owner !== projectId) {
    throw invalid('Cannot create a runbook as a project scoped admin with an owner other than your own project.');
  }
  if (projectId !== null && given.public) {
    throw invalid('Cannot create a public runbook as a project scoped admin.');
  }
  return projectId;
}

/** The rules that a patch asks for. */
export function patchRules(patch: readonly PatchOperation[]): readonly RuleName[] {
  const rules = new Set(
    patch.map(({ path }): RuleName => {
      if (path.startsWith('/owner')) return 'baremetal:runbook:update:owner';
      return path.startsWith('/public') ? 'baremetal:runbook:update:public' : 'baremetal:runbook:update';
    }),
  );
  return rules.size === 0 ? ['baremetal:runbook:update'] : [...rules];
}

/**
 * The owner that a patch starts from: a change of `public` takes it away.
 * @throws ApiError 400 when a public runbook would get an owner
 */
export function ownerAfter(runbook: RunbookRow, patch: readonly PatchOperation[]): { readonly owner?: null } {
  const owners = valuesFor(patch, '/owner');
  const publicities = valuesFor(patch, '/public');
  const isPublic = publicities.length > 0 ? Boolean(publicities[0]) : runbook.public;
  if (owners.length > 0 && isPublic) {
    const changes = patch.map(({ op, path, value }) => ({ op, path, ...(op === 'remove' ? {} : { value }) }));
    throw invalid(`Couldn't apply patch '${shown(changes)}'. Reason: There cannot be an owner for a public runbook`);
  }
  return publicities.length > 0 ? { owner: null } : {};
}
