import type { Node, Prisma } from '#database/generated/client.js';
import type { Json, SecretBox } from '#database/secrets.js';
import { interfaceNames, type InterfaceName } from '#domain/hardware-types.js';
import { isJsonObject, type JsonObject } from '../resource/json-types.js';
import type { NodeDocument } from './node.schema.js';

/** Implementation names of all interfaces. */
export type NodeInterfaces = Readonly<Record<InterfaceName, string>>;
/** The same as far as they are given. */
export type WantedInterfaces = Readonly<Record<InterfaceName, string | null>>;

/** The changeable part of a node in the API's names, with secrets opened: what a patch is applied to. */
export function documentOf(node: Node, chassisUuid: string | null, secrets: SecretBox): Record<string, unknown> {
  return {
    automated_clean: node.automatedClean,
    ...Object.fromEntries(interfaceNames.map((name) => [`${name}_interface`, interfacesOf(node)[name]])),
    chassis_uuid: chassisUuid,
    conductor_group: node.conductorGroup,
    description: node.description,
    disable_power_off: node.disablePowerOff,
    driver: node.driver,
    driver_info: opened(node.driverInfo, secrets),
    extra: node.extra,
    instance_info: opened(node.instanceInfo, secrets),
    instance_name: node.instanceName,
    instance_uuid: node.instanceUuid,
    lessee: node.lessee,
    maintenance: node.maintenance,
    name: node.name,
    network_data: node.networkData,
    owner: node.owner,
    parent_node: node.parentNode,
    properties: node.properties,
    protected: node.protected,
    protected_reason: node.protectedReason,
    resource_class: node.resourceClass,
    retired: node.retired,
    retired_reason: node.retiredReason,
    shard: node.shard,
  };
}

/** An object column with its secrets in the clear. */
export function opened(value: Prisma.JsonValue, secrets: SecretBox): JsonObject {
  const object: unknown = value;
  return isJsonObject(object) ? openedObject(object, secrets) : {};
}

function openedObject(object: JsonObject, secrets: SecretBox): JsonObject {
  const result: Json = secrets.openSecrets(object);
  return isJsonObject(result) ? result : {};
}

/** The columns of a document. Interfaces and whatever needs a look into other rows are given separately. */
export function columnsOf(document: Omit<NodeDocument, 'protected' | 'protected_reason'>, secrets: SecretBox) {
  return {
    automatedClean: document.automated_clean,
    conductorGroup: (document.conductor_group ?? '').toLowerCase(),
    description: document.description ?? null,
    disablePowerOff: document.disable_power_off ?? false,
    driver: document.driver,
    driverInfo: secrets.sealSecrets(document.driver_info ?? {}),
    extra: document.extra ?? {},
    instanceInfo: secrets.sealSecrets(document.instance_info ?? {}),
    instanceName: document.instance_name ?? null,
    instanceUuid: document.instance_uuid ?? null,
    lessee: document.lessee ?? null,
    maintenance: document.maintenance ?? false,
    name: document.name ?? null,
    networkData: document.network_data ?? {},
    owner: document.owner ?? null,
    properties: document.properties ?? {},
    resourceClass: document.resource_class ?? null,
    retired: document.retired ?? false,
    retiredReason: document.retired_reason ?? null,
    shard: document.shard ?? null,
  };
}

/** The interfaces of a stored node. */
export function interfacesOf(node: Node): NodeInterfaces {
  return {
    bios: node.biosInterface,
    boot: node.bootInterface,
    console: node.consoleInterface,
    deploy: node.deployInterface,
    firmware: node.firmwareInterface,
    inspect: node.inspectInterface,
    management: node.managementInterface,
    network: node.networkInterface,
    power: node.powerInterface,
    raid: node.raidInterface,
    rescue: node.rescueInterface,
    storage: node.storageInterface,
    vendor: node.vendorInterface,
  };
}

/** The interfaces that a document names. */
export function wantedInterfaces(document: Omit<NodeDocument, 'protected' | 'protected_reason'>): WantedInterfaces {
  return {
    bios: document.bios_interface ?? null,
    boot: document.boot_interface ?? null,
    console: document.console_interface ?? null,
    deploy: document.deploy_interface ?? null,
    firmware: document.firmware_interface ?? null,
    inspect: document.inspect_interface ?? null,
    management: document.management_interface ?? null,
    network: document.network_interface ?? null,
    power: document.power_interface ?? null,
    raid: document.raid_interface ?? null,
    rescue: document.rescue_interface ?? null,
    storage: document.storage_interface ?? null,
    vendor: document.vendor_interface ?? null,
  };
}

/** The columns of interfaces. */
export function interfaceColumns(interfaces: NodeInterfaces) {
  return {
    biosInterface: interfaces.bios,
    bootInterface: interfaces.boot,
    consoleInterface: interfaces.console,
    deployInterface: interfaces.deploy,
    firmwareInterface: interfaces.firmware,
    inspectInterface: interfaces.inspect,
    managementInterface: interfaces.management,
    networkInterface: interfaces.network,
    powerInterface: interfaces.power,
    raidInterface: interfaces.raid,
    rescueInterface: interfaces.rescue,
    storageInterface: interfaces.storage,
    vendorInterface: interfaces.vendor,
  };
}
