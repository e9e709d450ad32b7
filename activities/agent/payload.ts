import type { Port } from '#database/generated/client.js';
import { driverInfoSecretKeys, instanceInfoSecretKeys, maskObject } from '#domain/secrets.js';
import { bootModeOf } from '../boot-mode.js';
import { isJsonObject, jsonObject, type JsonObject } from '../json.js';
import type { NodeView, NodeWithPorts } from '../node-context.js';

/** `node` and `ports` as nearly every command of the agent takes them, with secrets masked (Ironic Node.as_dict). */
export function nodeAndPorts(context: NodeWithPorts): JsonObject {
  return { node: nodeForAgent(context), ports: context.ports.map((port) => portForAgent(port, context.uuid)) };
}

function masked(info: JsonObject, extraKeys: readonly string[] = []): JsonObject {
  const copy: unknown = maskObject(info, extraKeys);
  return isJsonObject(copy) ? copy : {};
}

function nodeForAgent(context: NodeView): JsonObject {
  const { node, driverInfo, instanceInfo, internalInfo, properties } = context;
  return {
    uuid: node.uuid,
    name: node.name,
    driver: node.driver,
    driver_info: masked(driverInfo, driverInfoSecretKeys),
    // The agent partitions by it: GPT in UEFI mode.
    driver_internal_info: masked({ deploy_boot_mode: bootModeOf(context), ...internalInfo }),
    instance_info: masked(instanceInfo, instanceInfoSecretKeys),
    properties,
    extra: jsonObject(node.extra),
    network_data: jsonObject(node.networkData),
    instance_uuid: node.instanceUuid,
    instance_name: node.instanceName,
    provision_state: node.provisionState,
    target_provision_state: node.targetProvisionState,
    power_state: node.powerState,
    target_power_state: node.targetPowerState,
    maintenance: node.maintenance,
    clean_step: jsonObject(node.cleanStep),
    deploy_step: jsonObject(node.deployStep),
    service_step: jsonObject(node.serviceStep),
    raid_config: jsonObject(node.raidConfig),
    target_raid_config: jsonObject(node.targetRaidConfig),
    bios_interface: node.biosInterface,
    boot_interface: node.bootInterface,
    console_interface: node.consoleInterface,
    deploy_interface: node.deployInterface,
    firmware_interface: node.firmwareInterface,
    inspect_interface: node.inspectInterface,
    management_interface: node.managementInterface,
    network_interface: node.networkInterface,
    power_interface: node.powerInterface,
    raid_interface: node.raidInterface,
    rescue_interface: node.rescueInterface,
    storage_interface: node.storageInterface,
    vendor_interface: node.vendorInterface,
    resource_class: node.resourceClass,
    conductor_group: node.conductorGroup,
    owner: node.owner,
    lessee: node.lessee,
    description: node.description,
    retired: node.retired,
    protected: node.protected,
    boot_mode: node.bootMode,
    secure_boot: node.secureBoot,
    disable_power_off: node.disablePowerOff,
    parent_node: node.parentNode,
    shard: node.shard,
  };
}

function portForAgent(port: Port, nodeUuid: string): JsonObject {
  return {
    uuid: port.uuid,
    node_uuid: nodeUuid,
    address: port.address,
    name: port.name,
    description: port.description,
    extra: jsonObject(port.extra),
    internal_info: jsonObject(port.internalInfo),
    local_link_connection: jsonObject(port.localLinkConnection),
    pxe_enabled: port.pxeEnabled,
    physical_network: port.physicalNetwork,
    is_smartnic: port.isSmartnic,
  };
}
