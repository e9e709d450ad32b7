import { z } from 'zod';
import { argument, text } from '../resource/json-types.js';

/** Query of POST /v1/continue_inspection. */
export const inspectionArguments = z.object({ node_uuid: argument.uuid() });

const required = { error: "'inventory' is a required property" };

/** What a ramdisk sends: the inventory, and beside it whatever else its collectors found (Ironic api/controllers/v1/ramdisk.py DATA_VALIDATOR). */
export const inspectionData = z.looseObject({
  inventory: z.looseObject(
    {
      bmc_address: z.string().nullish(),
      bmc_v6address: z.string().nullish(),
      interfaces: z
        .array(z.looseObject({ mac_address: text() }), {
          error: ({ input }) =>
            input === undefined ? "'interfaces' is a required property" : 'the interfaces are not a list of objects',
        })
        .min(1, { error: '[] should be non-empty' }),
    },
    required,
  ),
});
