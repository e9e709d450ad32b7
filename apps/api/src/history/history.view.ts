import type { NodeHistory } from '#database/generated/client.js';
import { linksTo } from '../resource/links.js';
import { isoTime } from '../resource/time.js';
import { viewOf, type ViewContext } from '../resource/view.js';
import { historyResource } from './history.schema.js';

/** What the view of an entry depends on besides its row. */
export interface HistoryContext extends ViewContext {
  readonly nodeUuid: string;
  /** The whole text of the event. */
  readonly detail: boolean;
}

/** Length of `event` in a short list. */
const shortEvent = 255;

/** An entry of a node's history as a client of that version sees it; with `fields` only those and its link. */
export const historyView = viewOf<typeof historyResource.schema.shape, NodeHistory, HistoryContext>(historyResource, {
  uuid: (entry) => entry.uuid,
  created_at: (entry) => isoTime(entry.createdAt),
  severity: (entry) => entry.severity,
  event: ({ event }, { detail }) =>
    detail || event.length <= shortEvent ? event : `${event.slice(0, shortEvent - 4)}...`,
  links: (entry, { base, nodeUuid }) => linksTo(base, `nodes/${nodeUuid}/history/${entry.uuid}`).slice(0, 1),
  event_type: (entry) => entry.eventType,
  conductor: (entry) => entry.conductor,
  user: (entry) => entry.user,
  project: (entry) => entry.project,
  state: (entry) => entry.state,
  target_provision_state: (entry) => entry.targetProvisionState,
  duration_seconds: (entry) => entry.durationSeconds,
});
