import type { Machine } from './machine.js';

/** A machine in `GET /machines`: what its delivery note says, and how far it has come. */
export function summaryOf(machine: Machine): Record<string, unknown> {
  const { power, boot, identity } = machine;
  return {
    ...identity,
    power,
    stage: boot?.stage ?? 'off',
    agentStage: boot?.agent?.stage ?? null,
    instance: boot?.instance ?? null,
  };
}

/** A machine in `GET /machines/{name}`: also what its agent was asked for, what is on its disk, and its log. */
export function detailsOf(machine: Machine): Record<string, unknown> {
  const { boot, log, faults, disk } = machine;
  return {
    ...summaryOf(machine),
    boots: log.boot,
    agent: boot?.agent ?? null,
    disk: { device: disk.device, sizeBytes: disk.sizeBytes, file: disk.file },
    faults,
    log: log.entries,
  };
}
