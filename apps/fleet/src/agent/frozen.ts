import { z } from 'zod';
import type { CommandResult } from './commands.js';

const commandSchema = z.object({
  result: z.object({
    id: z.string(),
    command_name: z.string(),
    command_status: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'CLEAN_VERSION_MISMATCH']),
    // As this code wrote it.
    command_error: z.custom<CommandResult['command_error']>(),
    command_result: z.unknown(),
  }),
  /** As it was asked for: `deploy.execute_deploy_step`. */
  name: z.string(),
  params: z.record(z.string(), z.unknown()),
});

/**
 * An agent process as it is kept while the fleet does not run, like the memory of a suspended virtual machine. Holds
 * the agent's token and key: it goes only into the machine's own file (mode 0600).
 */
export const frozenAgentSchema = z.object({
  commandLine: z.string(),
  bootMode: z.enum(['bios', 'uefi']),
  token: z.string().optional(),
  /** Body of the lookup answer. */
  answer: z.unknown(),
  certificate: z.object({ certificate: z.string(), key: z.string() }),
  /** Where it serves, and where whoever follows its commands will ask again. */
  port: z.int(),
  memory: z.object({
    node: z.record(z.string(), z.unknown()).optional(),
    permittedFormats: z.array(z.string()),
    md5Enabled: z.boolean(),
    writtenImageId: z.string().optional(),
    partitionUuids: z.record(z.string(), z.string()).optional(),
  }),
  commands: z.array(commandSchema),
});

/** See {@link frozenAgentSchema}. */
export type FrozenAgent = z.output<typeof frozenAgentSchema>;

/** One of its commands; one that was running begins again under its old id. */
export type FrozenCommand = z.output<typeof commandSchema>;
