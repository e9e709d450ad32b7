import { z } from 'zod';
import { linkList } from '../resource/links.js';

const anything = () => z.record(z.string(), z.unknown());

/** GET /v1/lookup: the node, and what the agent is told about itself. */
export const lookupAnswer = z.object({
  node: z.object({
    uuid: z.uuid(),
    properties: anything(),
    instance_info: anything(),
    driver_internal_info: anything(),
    links: linkList(),
  }),
  config: anything(),
});
