import { z } from 'zod';
import { linkList } from '../resource/links.js';
import { timestamp } from '../resource/time.js';

/** What was asked of a node. */
const operation = z.object({
  uuid: z.uuid(),
  number: z.int(),
  type: z.string(),
  status: z.string(),
  stage: z.string().nullable(),
  error: z.string().nullable(),
  request_id: z.string().nullable(),
  created_at: z.string(),
  started_at: timestamp(),
  ended_at: timestamp(),
  temporal_ui: z.string().nullable(),
  links: linkList(),
});

const step = z.object({
  interface: z.string(),
  step: z.string(),
  priority: z.number().nullable(),
  args: z.unknown(),
  runner: z.string(),
  status: z.string(),
  started_at: timestamp(),
  ended_at: timestamp(),
  error: z.string().nullable(),
});

const event = z.object({ at: z.string(), kind: z.string(), text: z.string(), detail: z.unknown() });

/** GET /v1/nodes/{ident}/operations. */
export const operationList = z.object({ operations: z.array(operation) });

/** GET /v1/nodes/{ident}/operations/{operation}. */
export const operationDetail = operation.extend({ steps: z.array(step), events: z.array(event) });
