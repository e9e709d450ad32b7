import { z } from 'zod';

/**
 * Faults of a machine apart from its BMC, to switch on and off at any time; all absent at first. Also the shape of the
 * control API's body.
 */
export const machineFaultsSchema = z.strictObject({
  /** The firmware ignores PXE and goes on to the disk. */
  noBoot: z.boolean().optional(),
  /** The operating system or ramdisk ignores a soft off, and `standby.power_off` never ends in power off. */
  ignoreSoftOff: z.boolean().optional(),
  /** No heartbeats. */
  deafToHeartbeat: z.boolean().optional(),
  /** The answers to the next n lookups get lost; `true` means one. The API has then handed out a token in vain. */
  loseToken: z.union([z.boolean().transform(Number), z.int().min(0)]).optional(),
  /** Commands get 409 busy, a closed connection, or 500. */
  refuseCommands: z.enum(['busy', 'drop', 'error']).optional(),
  /** The step fails: as an unexpected exception of the agent, or with an agent's error `type`. `times` counts down. */
  failStep: z
    .strictObject({
      step: z.string(),
      message: z.string(),
      type: z.string().optional(),
      times: z.int().min(1).optional(),
    })
    .optional(),
  /** The step of this name never ends. */
  hangStep: z.string().optional(),
  /** The agent process dies when the step of this name runs, and starts again without its token. */
  crashInStep: z.string().optional(),
  /** Every step takes so many milliseconds more. */
  slowStepMs: z.number().min(0).optional(),
});

/** Faults of a machine; the fields are described at {@link machineFaultsSchema}. */
export type MachineFaults = z.output<typeof machineFaultsSchema>;
