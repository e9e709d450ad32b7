import { textOf } from '../json.js';
import type { NodeView } from '../node-context.js';

/** `driver_info.force_persistent_boot_device`: Always (or true), Never (or false), Default: undefined, the caller decides. */
export function forcedPersistence({ driverInfo }: NodeView): boolean | undefined {
  const given = driverInfo['force_persistent_boot_device'];
  const value = given === true ? 'always' : textOf(driverInfo, 'force_persistent_boot_device')?.toLowerCase();
  if (value === 'always' || value === 'true') return true;
  return value === 'never' ? false : undefined;
}
