import type { BmcFaults } from 'ipmi-client/testing';
import { z } from 'zod';

/** Body of `PUT /machines/{name}/faults`: all faults of a machine; what is absent is switched off. */
export const faultsSchema = z.strictObject({
  /** Of the BMC; see `BmcFaults` of ipmi-client/testing for their meanings. */
  bmc: z
    .strictObject({
      dropRequests: z.number().min(0).exactOptional(),
      dropResponses: z.number().min(0).exactOptional(),
      delayMs: z.number().min(0).exactOptional(),
      duplicateResponses: z.boolean().exactOptional(),
      reorderResponses: z.boolean().exactOptional(),
      refuseSessions: z.int().min(0).max(255).exactOptional(),
      completionCode: z
        .strictObject({
          command: z.string(),
          code: z.int().min(0).max(255),
          times: z.int().min(1).exactOptional(),
        })
        .exactOptional(),
      silent: z.boolean().exactOptional(),
      ignoreUnknownCipherSuites: z.boolean().exactOptional(),
      downgradeCipherSuite: z.boolean().exactOptional(),
      ignoreUnknownUsers: z.boolean().exactOptional(),
      reportedPower: z.enum(['on', 'off']).exactOptional(),
      ignoreChassisControl: z.boolean().exactOptional(),
      forgetBootFlags: z.boolean().exactOptional(),
    })
    .default({}),
  /** Of the machine and the agent in it. */
  machine: z
    .strictObject({
      /** The firmware ignores PXE and goes on to the disk. */
      noBoot: z.boolean().exactOptional(),
      /** The operating system or ramdisk ignores a soft off, and `standby.power_off` never ends in power off. */
      ignoreSoftOff: z.boolean().exactOptional(),
      /** No heartbeats. */
      deafToHeartbeat: z.boolean().exactOptional(),
      /** The answers to the next n lookups get lost (`true`: one): the API has then handed out a token in vain. */
      loseToken: z.union([z.boolean().transform((lost) => (lost ? 1 : 0)), z.int().min(0)]).exactOptional(),
      /** Commands get 409 busy, a closed connection, or 500. */
      refuseCommands: z.enum(['busy', 'drop', 'error']).exactOptional(),
      /** The step fails: as an unexpected exception of the agent, or with an agent's error `type`. `times` counts down. */
      failStep: z
        .strictObject({
          step: z.string(),
          message: z.string(),
          type: z.string().exactOptional(),
          times: z.int().min(1).exactOptional(),
        })
        .exactOptional(),
      /** The step of this name never ends. */
      hangStep: z.string().exactOptional(),
      /** The agent process dies when the step of this name runs, and starts again without its token. */
      crashInStep: z.string().exactOptional(),
      /** Every step takes so many milliseconds more. */
      slowStepMs: z.number().min(0).exactOptional(),
    })
    .default({}),
});

/** Faults of a machine apart from its BMC, to switch on and off at any time; described at {@link faultsSchema}. */
export type MachineFaults = z.output<typeof faultsSchema>['machine'];

/** All faults of a machine. */
export interface Faults {
  bmc: BmcFaults;
  machine: MachineFaults;
}
