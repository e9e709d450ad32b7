import { isJsonObject, textOf, type JsonObject } from './json.js';
import type { NodeView } from './node-context.js';

/** How a machine's firmware starts what it boots. */
export type BootMode = 'bios' | 'uefi';

/** Capabilities as Ironic takes them: `boot_mode:uefi,secure_boot:true`, an object, or an object written as JSON. */
export function capabilitiesOf(info: JsonObject): JsonObject {
  const value = info['capabilities'];
  if (isJsonObject(value)) return value;
  if (typeof value !== 'string') return {};
  const parsed = parsedObject(value);
  if (parsed) return parsed;
  return Object.fromEntries(
    value
      .split(',')
      .map((pair) => pair.split(':'))
      .flatMap(([key, text]) => (key && text ? [[key.trim(), text.trim()]] : [])),
  );
}

function parsedObject(text: string): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The boot mode of the node: secure boot means UEFI; then what the instance asks for, what the machine is said to
 * have, what an earlier deploy used; UEFI otherwise (Ironic drivers/modules/boot_mode_utils.py get_boot_mode).
 */
export function bootModeOf({ instanceInfo, properties, internalInfo }: NodeView): BootMode {
  const asked = capabilitiesOf(instanceInfo);
  const machine = capabilitiesOf(properties);
  if ([asked, machine].some((capabilities) => textOf(capabilities, 'secure_boot')?.toLowerCase() === 'true')) {
    return 'uefi';
  }
  const mode =
    textOf(asked, 'boot_mode') ??
    textOf(instanceInfo, 'deploy_boot_mode') ??
    textOf(machine, 'boot_mode') ??
    textOf(internalInfo, 'deploy_boot_mode');
  return mode === 'bios' ? 'bios' : 'uefi';
}
