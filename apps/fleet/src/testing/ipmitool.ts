import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { MachineIdentity } from '../identity.js';

const run = promisify(execFile);

/** Is ipmitool installed? */
export async function hasIpmitool(): Promise<boolean> {
  return run('ipmitool', ['-V']).then(
    () => true,
    () => false,
  );
}

/** Runs one ipmitool command against a machine's BMC with cipher suite 17. @returns what it printed */
export async function ipmitool({ bmc }: MachineIdentity, ...command: readonly string[]): Promise<string> {
  const where = ['-I', 'lanplus', '-C', '17', '-H', bmc.address, '-p', String(bmc.port)];
  const { stdout } = await run('ipmitool', [...where, '-U', bmc.username, '-P', bmc.password, ...command]);
  return stdout.trim();
}
