import { z } from 'zod';
import { notFound, routingError } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { linkList, linksTo } from '../resource/links.js';

/** Links to connectors and targets, of all nodes or of one. */
export const volumeRoot = z.object({ links: linkList(), connectors: linkList(), targets: linkList() });

/**
 * The links of `/v1/volume` or of a node's volume.
 * @throws ApiError 404 before 1.32
 */
export function volumeLinks(call: Call, path: string): z.output<typeof volumeRoot> {
  if (!call.allows('resource.volume')) throw notFound('The API is not supported for this version');
  return {
    links: [...linksTo(call.base, `${path}/`)],
    connectors: [...linksTo(call.base, `${path}/connectors`)],
    targets: [...linksTo(call.base, `${path}/targets`)],
  };
}

/** @throws ApiError 404, as from the router, before 1.32 */
export function refuseOlder(call: Call): void {
  if (!call.allows('resource.volume')) throw routingError(404);
}
