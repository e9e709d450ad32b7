import { driverDeploySteps } from '#domain/driver-steps.js';
import { validateSteps, type UserStep } from '#domain/steps.js';
import { asUuid } from '../resource/names.js';
import { shown } from '../resource/shown.js';
import { bootReason } from './boot.js';
import { powerReason } from './power.js';
import { rootDeviceReason } from './root-device.js';
import { textOf, type Reason, type ValidatedNode } from './validated-node.js';

/** Why the deploy interface cannot deploy the node now (Ironic drivers/modules/agent.py, ramdisk.py validate). */
export function deployReason(node: ValidatedNode): Reason {
  if (node.interfaces.deploy === 'direct') return directReason(node) ?? traitsReason(node);
  if (node.interfaces.deploy === 'ramdisk') return bootReason(node) ?? traitsReason(node);
  return traitsReason(node);
}

/** Why the verbs active and rebuild are refused, beyond what the state says (Ironic conductor/deployments.py start_deploy). */
export function deployVerbReason(node: ValidatedNode, userSteps: readonly UserStep[]): Reason {
  const reason = powerReason(node) ?? deployReason(node) ?? stepsReason(node, userSteps);
  if (reason === undefined) return undefined;
  return `Failed to validate deploy or power info for node ${node.uuid}: ${reason}`;
}

function stepsReason({ interfaces }: ValidatedNode, userSteps: readonly UserStep[]): Reason {
  const errors = validateSteps(userSteps, driverDeploySteps(interfaces), 'deploy', { skipMissing: true });
  if (errors.length === 0) return undefined;
  return `Validation of deploy steps from "deploy steps" argument failed.${errors.join('; ')}`;
}

function directReason(node: ValidatedNode): Reason {
  const { uuid, instanceInfo, driverInfo } = node;
  const boot = bootReason(node);
  if (boot !== undefined) return boot;
  const source = textOf(instanceInfo, 'image_source');
  if (source === undefined) {
    return (
      `Node ${uuid} failed to validate deploy image info. Some parameters were missing. ` +
      `Missing are: ${shown(['instance_info.image_source'])}`
    );
  }
  if (!/^[a-z][a-z0-9+.-]*:/i.test(source) && asUuid(source) === undefined) {
    return `Validation of image href ${source} failed, reason: Scheme-less image href is not a UUID.`;
  }
  if (/^https?:/i.test(source) && !hasChecksum(node)) {
    return (
      'image_source\'s "image_checksum", or "image_os_hash_algo" and "image_os_hash_value" must be provided in ' +
      `instance_info for node ${uuid}`
    );
  }
  const download = textOf(instanceInfo, 'image_download_source') ?? textOf(driverInfo, 'image_download_source');
  if (download !== undefined && !['swift', 'http', 'local'].includes(download)) {
    return `Invalid value for image_download_source: "${download}". Valid values are swift, http or local.`;
  }
  return rootDeviceReason(node);
}

function hasChecksum({ instanceInfo }: ValidatedNode): boolean {
  const algorithm = textOf(instanceInfo, 'image_os_hash_algo');
  const value = textOf(instanceInfo, 'image_os_hash_value');
  if ((algorithm === undefined) !== (value === undefined)) return false;
  return value !== undefined || textOf(instanceInfo, 'image_checksum') !== undefined;
}

function traitsReason({ uuid, instanceInfo, traits }: ValidatedNode): Reason {
  const wanted = instanceInfo['traits'];
  if (wanted === undefined || wanted === null) return undefined;
  if (!Array.isArray(wanted) || wanted.some((trait) => typeof trait !== 'string')) {
    return `Error parsing traits from Node ${uuid} instance_info field. A list of strings is expected.`;
  }
  const missing = wanted.map(String).filter((trait) => !traits.includes(trait));
  if (missing.length === 0) return undefined;
  return (
    `Cannot specify instance traits that are not also set on the node. Node ${uuid} is missing traits ` +
    missing.toSorted().join(', ')
  );
}
