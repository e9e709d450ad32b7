import type { Prisma } from '#database/generated/client.js';
import type { SecretBox } from '#database/secrets.js';
import { linksTo } from '../resource/links.js';
import { maskedSteps, openedSteps } from '../resource/stored-steps.js';
import { isoTime } from '../resource/time.js';
import { viewOf, type ViewContext } from '../resource/view.js';
import { runbookResource } from './runbook.schema.js';

/** What a view of a runbook needs besides its columns; traits are in alphabetical order. */
export const runbookParts = { traits: { orderBy: { trait: 'asc' } } } as const satisfies Prisma.RunbookInclude;
/** A runbook with its traits. */
export type RunbookRow = Prisma.RunbookGetPayload<{ include: typeof runbookParts }>;

/** What the view of a runbook depends on besides its row. */
export interface RunbookContext extends ViewContext {
  readonly secrets: SecretBox;
}

/** A runbook as a client of that version sees it; with `fields` only those and its links. */
export const runbookView = viewOf<typeof runbookResource.schema.shape, RunbookRow, RunbookContext>(runbookResource, {
  uuid: (runbook) => runbook.uuid,
  created_at: (runbook) => isoTime(runbook.createdAt),
  updated_at: (runbook) => isoTime(runbook.updatedAt),
  name: (runbook) => runbook.name,
  extra: (runbook) => runbook.extra,
  public: (runbook) => runbook.public,
  owner: (runbook) => runbook.owner,
  disable_ramdisk: (runbook) => runbook.disableRamdisk,
  description: (runbook) => runbook.description,
  links: (runbook, { base }) => linksTo(base, `runbooks/${runbook.uuid}`),
  steps: (runbook, { secrets }) => maskedSteps(openedSteps(runbook.steps, secrets)),
  traits: (runbook) => runbook.traits.map(({ trait }) => trait),
});
