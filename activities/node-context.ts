import type { Database } from '#database/client.js';
import type { Node, Operation, Port } from '#database/generated/client.js';
import type { SecretBox } from '#database/secrets.js';
import { NodeInvalid } from '#domain/errors.js';
import { isOperationType, type OperationType } from '#domain/operations.js';
import { jsonObject, type JsonObject } from './json.js';

/** What nearly every group of activities works with. */
export interface RowAccess {
  readonly database: Database;
  readonly secrets: SecretBox;
}

/** A node as its activities see it. */
export interface NodeView {
  readonly node: Node;
  readonly uuid: string;
  /** With its secrets open; never into an error, a log or a result. */
  readonly driverInfo: JsonObject;
  /** With its secrets open, the config drive among them. */
  readonly instanceInfo: JsonObject;
  readonly internalInfo: JsonObject;
  readonly properties: JsonObject;
}

/** The node that an operation is about. */
export interface NodeContext extends NodeView {
  readonly operation: Operation;
  readonly type: OperationType;
}

/** The same with the node's ports, oldest first. */
export interface NodeWithPorts extends NodeContext {
  readonly ports: readonly Port[];
}

/** Reads operation and node. @throws NodeInvalid when the operation is gone (its node was deleted) */
export async function loadNode({ database, secrets }: RowAccess, operationId: string): Promise<NodeContext> {
  const operation = await database.operation.findUnique({ where: { id: operationId }, include: { node: true } });
  if (!operation) throw gone(`Operation ${operationId}`);
  const { node, ...row } = operation;
  return { ...viewOf(secrets, node), operation: row, type: typeOf(row) };
}

/** {@link loadNode} with the ports. */
export async function loadNodeWithPorts(access: RowAccess, operationId: string): Promise<NodeWithPorts> {
  const operation = await access.database.operation.findUnique({
    where: { id: operationId },
    include: { node: { include: { ports: { orderBy: { id: 'asc' } } } } },
  });
  if (!operation) throw gone(`Operation ${operationId}`);
  const { node, ...row } = operation;
  const { ports, ...nodeRow } = node;
  return { ...viewOf(access.secrets, nodeRow), operation: row, type: typeOf(row), ports };
}

/** Reads a node outside any operation. @throws NodeInvalid when it is gone */
export async function loadNodeByUuid({ database, secrets }: RowAccess, uuid: string): Promise<NodeView> {
  const node = await database.node.findUnique({ where: { uuid } });
  if (!node) throw gone(`Node ${uuid}`);
  return viewOf(secrets, node);
}

function gone(what: string): NodeInvalid {
  return new NodeInvalid(`${what} is no longer on record`, {
    hint: 'the node was deleted; nothing needs to be done',
  });
}

function typeOf({ id, type }: Operation): OperationType {
  if (isOperationType(type)) return type;
  throw new NodeInvalid(`Operation ${id} has the unknown type "${type}"`, {
    hint: 'start a worker of the version that accepted it',
  });
}

function viewOf(secrets: SecretBox, node: Node): NodeView {
  return {
    node,
    uuid: node.uuid,
    driverInfo: secrets.openSecrets(jsonObject(node.driverInfo)),
    instanceInfo: secrets.openSecrets(jsonObject(node.instanceInfo)),
    internalInfo: jsonObject(node.driverInternalInfo),
    properties: jsonObject(node.properties),
  };
}
