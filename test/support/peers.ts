import type { TestContext } from 'vitest';

/**
 * Skips a test whose peer is not on this machine, with one line that says what to install. Where every peer must be
 * there (TEMPER_REQUIRE_PEERS, as in CI), the missing one is a failure.
 */
export function peerMissing(context: TestContext, reason: string): never {
  if (process.env['TEMPER_REQUIRE_PEERS']) throw new Error(`A required peer is missing: ${reason}.`);
  return context.skip(reason);
}
