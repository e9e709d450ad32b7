import { isJsonObject } from '../resource/json-types.js';
import { shown } from '../resource/shown.js';
import { missingOf, textOf, type Reason, type ValidatedNode } from './validated-node.js';

/** Why the boot interface cannot boot the ramdisk (Ironic drivers/modules/pxe_base.py, redfish/boot.py validate). */
export function bootReason(node: ValidatedNode): Reason {
  switch (node.interfaces.boot) {
    case 'fake':
      return undefined;
    case 'redfish-virtual-media':
      return mediaReason(node) ?? commonReason(node);
    default:
      return portsReason(node) ?? filesReason(node, ['deploy_kernel', 'deploy_ramdisk']) ?? commonReason(node);
  }
}

/** Why the rescue ramdisk cannot be booted. */
export function rescueBootReason(node: ValidatedNode): Reason {
  if (node.interfaces.boot === 'fake') return undefined;
  return filesReason(node, ['rescue_kernel', 'rescue_ramdisk']);
}

function portsReason({ uuid, ports }: ValidatedNode): Reason {
  return ports === 0 ? `Node ${uuid} does not have any port associated with it` : undefined;
}

/** Kernel and ramdisk come from driver_info only as a pair: half of it counts as none. */
function filesReason({ driverInfo }: ValidatedNode, names: readonly string[]): Reason {
  if (missingOf(driverInfo, names).length === 0) return undefined;
  return (
    "Cannot validate PXE bootloader. Some parameters were missing in node's driver_info and configuration. " +
    `Missing are: ${shown(names)}`
  );
}

function mediaReason({ driverInfo }: ValidatedNode): Reason {
  if (textOf(driverInfo, 'deploy_iso') !== undefined) return undefined;
  const names = ['deploy_kernel', 'deploy_ramdisk'];
  if (missingOf(driverInfo, names).length === 0) return undefined;
  return (
    "Error validating Redfish virtual media. Some parameters were missing in node's driver_info. " +
    `Missing are: ${shown(names)}`
  );
}

function commonReason(node: ValidatedNode): Reason {
  const { instanceInfo } = node;
  if (textOf(instanceInfo, 'image_source') !== undefined && textOf(instanceInfo, 'boot_iso') !== undefined) {
    return "An 'image_source' and 'boot_iso' parameter may not be specified at the same time";
  }
  return capabilitiesReason(node) ?? bootCapabilityReason(node) ?? ramdiskImageReason(node);
}

/** instance_info.capabilities is an object or the JSON text of one (Ironic common/utils.py parse_instance_info_capabilities). */
function capabilitiesReason({ uuid, instanceInfo }: ValidatedNode): Reason {
  const given = instanceInfo['capabilities'];
  if (given === undefined || isJsonObject(typeof given === 'string' ? parsed(given) : given)) return undefined;
  return (
    `Error parsing capabilities from Node ${uuid} instance_info field. A dictionary or a "jsonified" dictionary is ` +
    'expected.'
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const capabilityValues = { boot_mode: ['bios', 'uefi'], secure_boot: ['true', 'false'] } as const;

/** Capabilities whose values the boot depends on (Ironic deploy_utils.validate_capabilities). */
function bootCapabilityReason({ properties }: ValidatedNode): Reason {
  for (const [name, values] of Object.entries(capabilityValues)) {
    const value = capability(properties['capabilities'], name);
    if (value === undefined || values.some((known) => known === value.toLowerCase())) continue;
    return (
      `The parameter '${name}' from properties/capabilities has an invalid value: '${value}'. Acceptable values ` +
      `are: ${values.join(', ')}.`
    );
  }
  return undefined;
}

/** One of `a:b,c:d`. */
function capability(capabilities: unknown, name: string): string | undefined {
  if (typeof capabilities !== 'string') return undefined;
  const found = capabilities.split(',').map((pair) => pair.trim().split(':'));
  return found.find(([key]) => key === name)?.[1];
}

/** An instance that runs from a ramdisk needs one of its own. */
function ramdiskImageReason({ uuid, instanceInfo, interfaces }: ValidatedNode): Reason {
  if (interfaces.deploy !== 'ramdisk' || textOf(instanceInfo, 'boot_iso') !== undefined) return undefined;
  const missing = missingOf(instanceInfo, ['kernel', 'ramdisk']);
  if (missing.length === 0) return undefined;
  return (
    `Cannot validate image information for node ${uuid} because one or more parameters are missing from its ` +
    'instance_info and insufficient information is present to boot from a remote volume. ' +
    `Missing are: ${shown(missing)}`
  );
}
