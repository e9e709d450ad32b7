import { z } from 'zod';
import { argument } from '../resource/json-types.js';
import { documented } from '../resource/documented.js';

/*
 * Bodies of the two verbs, for the document only: what is wrong with them is said by packages/domain, which knows the
 * node's state too.
 */

const text = () => z.string().nullish();
const step = z.object({
  interface: z.string(),
  step: z.string(),
  args: z.record(z.string(), z.unknown()).optional(),
});
const priority = z.union([z.int().min(0), z.string().regex(/^[0-9]+$/)]);
/** Deploy steps run by priority; the others in the order given. */
const deploySteps = () => z.array(step.extend({ priority })).nullish();
const namedSteps = () =>
  z
    .array(
      step.extend({
        order: priority.optional(),
        execute_on_child_nodes: z.boolean().optional(),
        limit_child_node_execution: z.array(z.uuid()).optional(),
      }),
    )
    .nullish();

/** PUT /v1/nodes/{ident}/states/provision. */
export const provisionBody = z.strictObject({
  target: z.enum([
    'abort',
    'active',
    'adopt',
    'clean',
    'deleted',
    'inspect',
    'manage',
    'provide',
    'rebuild',
    'rescue',
    'service',
    'unhold',
    'unrescue',
  ]),
  clean_steps: namedSteps(),
  configdrive: documented(z.unknown(), {
    anyOf: [{ type: 'string' }, { type: 'object' }, { type: 'null' }],
    description: 'A JSON object (1.56), gzipped ISO 9660 in base64, or a URL of that.',
  }),
  deploy_steps: deploySteps(),
  disable_ramdisk: argument.boolean(),
  rescue_password: text(),
  runbook: text(),
  service_steps: namedSteps(),
});

/** PUT /v1/nodes/{ident}/states/power. */
export const powerBody = z.strictObject({
  target: z.enum(['power on', 'power off', 'rebooting', 'soft power off', 'soft rebooting']),
  timeout: argument.integer(),
});
