import type { ResolvedRunbook } from '#domain/decide-verb.js';
import { refusal, type VerbRefusal } from '#domain/verb-body.js';
import { ApiError } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { nodeTarget } from '../auth/access.js';
import type { NodeRow } from '../nodes/node.rows.js';
import { shown } from '../resource/shown.js';
import type { RunbookFinder, UsableRunbook } from '../runbooks/runbook-finder.js';

/**
 * The runbook that a verb names, with what it contains now, or why it may not be used on this node (Ironic
 * api/controllers/v1/node.py _handle_runbook).
 */
export async function requestRunbook(
  finder: RunbookFinder,
  ident: string,
  target: string,
  node: NodeRow,
  call: Call,
): Promise<ResolvedRunbook | VerbRefusal> {
  const runbook = await usable(finder, ident, call);
  if ('kind' in runbook) return runbook;
  const traits = new Set(node.traits.map(({ trait }) => trait));
  const unapproved = refuseUnapproved(runbook, node.uuid, traits, call);
  if (unapproved) return unapproved;
  // What an administrator has approved may run although the caller may not name the same steps.
  if (runbook.owner !== null && !runbook.public) demandSteps(target, node, call);
  return { kind: 'runbook', steps: runbook.steps, disableRamdisk: runbook.disableRamdisk };
}

/** Naming steps is allowed to fewer than changing states. @throws ApiError 403 */
export function demandSteps(target: string, node: NodeRow, call: Call): void {
  const rule = target === 'service' ? 'service_steps' : 'clean_steps';
  call.access.demand(`baremetal:node:set_provision_state:${rule}`, nodeTarget(node));
}

async function usable(finder: RunbookFinder, ident: string, call: Call): Promise<UsableRunbook | VerbRefusal> {
  try {
    return await finder.usable(ident, call);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const status = error.status === 403 || error.status === 404 ? error.status : 400;
    return refusal(status, 'RunbookNotUsable', error.message);
  }
}

function refuseUnapproved(
  runbook: UsableRunbook,
  nodeUuid: string,
  traits: ReadonlySet<string>,
  call: Call,
): VerbRefusal | undefined {
  if (!call.allows('resource.runbookTraits')) {
    if (traits.has(runbook.name)) return undefined;
    return notApproved(
      `This runbook has not been approved for use on this node ${nodeUuid}. Please ask an administrator to add it to ` +
        'your node traits.',
    );
  }
  if (runbook.traits.length === 0) {
    return notApproved(
      `Runbook ${runbook.uuid} has no traits configured. Please ask an administrator to add traits to the runbook.`,
    );
  }
  if (runbook.traits.some((trait) => traits.has(trait))) return undefined;
  return notApproved(
    `This runbook has not been approved for use on this node ${nodeUuid}. The node does not have any of the runbook's ` +
      `traits ${shown(runbook.traits)}. Please ask an administrator to add a matching trait to your node.`,
  );
}

function notApproved(text: string): VerbRefusal {
  return refusal(400, 'ClientSideError', text);
}
