import type { Database, Transaction } from '#database/client.js';
import type { JsonObject } from './json.js';

/**
 * Sets and removes keys of driver_internal_info in one statement: the API writes heartbeats into the same column at
 * any moment, so a value read earlier must never be written back whole.
 */
export async function changeInternalInfo(
  database: Database | Transaction,
  nodeId: number,
  { set = {}, remove = [] }: { readonly set?: JsonObject; readonly remove?: readonly string[] },
): Promise<void> {
  await database.$executeRaw`
    UPDATE nodes SET driver_internal_info = (driver_internal_info - ${[...remove]}::text[]) || ${JSON.stringify(set)}::jsonb,
      updated_at = now()
    WHERE id = ${nodeId}`;
}

/** What must not outlive the power going off (Ironic conductor/utils.py wipe_internal_info_on_power_off). */
export const wipedOnPowerOff: readonly string[] = [
  'agent_url',
  'agent_secret_token',
  'agent_cached_deploy_steps',
  'agent_cached_clean_steps',
  'agent_verify_ca',
  'agent_start_attempted',
];
