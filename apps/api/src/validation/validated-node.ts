import type { SecretBox } from '#database/secrets.js';
import { unsupportedText } from '#domain/management-interfaces.js';
import { isJsonObject, type JsonObject } from '../resource/json-types.js';
import { interfacesOf, opened, type NodeInterfaces } from '../nodes/node.columns.js';
import type { Node } from '#database/generated/client.js';

/** What the checks of a node's interfaces look at: its row and those of its ports and traits; never the hardware. */
export interface ValidatedNode {
  readonly uuid: string;
  readonly driver: string;
  readonly interfaces: NodeInterfaces;
  /** With its secrets open: only keys may show up in a reason. */
  readonly driverInfo: JsonObject;
  readonly instanceInfo: JsonObject;
  readonly properties: JsonObject;
  readonly targetRaidConfig: JsonObject;
  readonly ports: number;
  readonly traits: readonly string[];
}

/** Why an interface cannot be used, in Ironic's words; undefined when it can. */
export type Reason = string | undefined;

/** A node's row as the checks see it. */
export function validatedNode(node: Node, traits: readonly string[], secrets: SecretBox, ports = 0): ValidatedNode {
  return {
    uuid: node.uuid,
    driver: node.driver,
    interfaces: interfacesOf(node),
    driverInfo: opened(node.driverInfo, secrets),
    instanceInfo: opened(node.instanceInfo, secrets),
    properties: objectOf(node.properties),
    targetRaidConfig: objectOf(node.targetRaidConfig),
    ports,
    traits,
  };
}

function objectOf(column: unknown): JsonObject {
  return isJsonObject(column) ? column : {};
}

/** A value of a free-form object as text; undefined when absent, null or empty. */
export function textOf(info: JsonObject, key: string): string | undefined {
  const value = info[key];
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Which of the names have no value. */
export function missingOf(info: JsonObject, names: readonly string[]): readonly string[] {
  return names.filter((name) => textOf(info, name) === undefined);
}

/** Ironic's text for an interface that does nothing. */
export function unsupported({ driver }: ValidatedNode, what: string): string {
  return unsupportedText(driver, what);
}
