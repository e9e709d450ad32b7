import { z } from 'zod';
import { linkList } from '../resource/links.js';

const version = z.object({
  id: z.string(),
  links: linkList(),
  status: z.string(),
  min_version: z.string(),
  version: z.string(),
});

/** GET /. */
export const rootAnswer = z.object({
  name: z.string(),
  description: z.string(),
  default_version: version,
  versions: z.array(version),
});

/** GET /v1: more keys are the resources of the version, each with its links. */
export const v1Answer = z
  .object({
    id: z.string(),
    // The one that leads to the documentation says of which type that is.
    links: z.array(z.object({ href: z.string(), rel: z.string(), type: z.string().optional() })),
    media_types: z.object({ base: z.string(), type: z.string() }),
    version,
  })
  .catchall(linkList());
