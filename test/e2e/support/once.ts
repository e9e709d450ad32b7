import { expect } from 'vitest';
import type { Api } from './api.js';
import type { FleetControl } from './fleet.js';
import { until } from './poll.js';
import type { Witness } from './witness.js';

/**
 * Expects that a deploy did nothing twice, whatever died meanwhile: the image was written once, and the BMC was told
 * nothing but what a deploy takes, plus the repairs of lost tokens that the timeline tells of.
 */
export async function expectDeployedOnce(api: Api, fleet: FleetControl, witness: Witness): Promise<void> {
  const { name } = witness;
  await until(`the instance of ${name} to run`, 30, async () => {
    return (await fleet.machine(name)).stage === 'instance' || undefined;
  });
  const repairs = (await api.newestOperation(name)).events.filter(isTokenRepair).length;
  const commands = await witness.powerCommands();
  const done = {
    name,
    steps: await witness.stepsStarted(),
    powerOn: commands.filter((command) => command === 'power on').length,
    resets: commands.filter((command) => /reset|cycle/.test(command)),
  };
  // On into the ramdisk and on into the instance.
  expect(done).toEqual({ name, steps: ['deploy write_image'], powerOn: 2 + repairs, resets: [] });
}

/** Does the line of a timeline tell of a power cycle because an agent's token was lost? */
export function isTokenRepair({ kind, text }: { readonly kind: string; readonly text: string }): boolean {
  return kind === 'diagnosis' && /token.*Power-cycling once/.test(text);
}
