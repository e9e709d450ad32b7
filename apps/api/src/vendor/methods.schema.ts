import { z } from 'zod';

/** The answer of `vendor_passthru/methods`, of nodes and of drivers. */
export const methodsAnswer = z.record(
  z.string(),
  z.object({
    http_methods: z.array(z.string()),
    async: z.boolean(),
    description: z.string(),
    attach: z.boolean(),
    require_exclusive_lock: z.boolean(),
  }),
);
