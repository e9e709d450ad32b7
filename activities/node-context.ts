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

/** The node that an operation is about, as its activities see it. */
export interface NodeContext {
  readonly operation: Operation;
  readonly type: OperationType;
  readonly node: Node;
  readonly uuid: string;
  /** With its secrets open; never into an error, a log or a result. */
  readonly driverInfo: JsonObject;
  /** With its secrets open, the config drive among them. */
  readonly instanceInfo: JsonObject;
  readonly internalInfo: JsonObject;
  readonly properties: JsonObject;
}

/** The same with the node's ports, oldest first. */
export interface NodeWithPorts extends NodeContext {
  readonly ports: readonly Port[];
}

/** Reads operation and node. @throws NodeInvalid when the operation is gone (its node was deleted) */
export async function loadNode({ database, secrets }: RowAccess, operationId: string): Promise<NodeContext> {
  const operation = await database.operation.findUnique({ where: { id: operationId }, include: { node: true } });
  if (!operation) throw gone(operationId);
  const { node, ...row } = operation;
  return contextOf(secrets, row, node);
}

/** {@link loadNode} with the ports. */
export async function loadNodeWithPorts(access: RowAccess, operationId: string): Promise<NodeWithPorts> {
  const operation = await access.database.operation.findUnique({
    where: { id: operationId },
    include: { node: { include: { ports: { orderBy: { id: 'asc' } } } } },
  });
  if (!operation) throw gone(operationId);
  const { node, ...row } = operation;
  const { ports, ...nodeRow } = node;
  return { ...contextOf(access.secrets, row, nodeRow), ports };
}

function gone(operationId: string): NodeInvalid {
  return new NodeInvalid(`Operation ${operationId} is no longer on record`, {
    hint: 'its node was deleted; nothing needs to be done',
  });
}

function contextOf(secrets: SecretBox, operation: Operation, node: Node): NodeContext {
  if (!isOperationType(operation.type)) {
    throw new NodeInvalid(`Operation ${operation.id} has the unknown type "${operation.type}"`, {
      hint: 'start a worker of the version that accepted it',
    });
  }
  return {
    operation,
    type: operation.type,
    node,
    uuid: node.uuid,
    driverInfo: secrets.openSecrets(jsonObject(node.driverInfo)),
    instanceInfo: secrets.openSecrets(jsonObject(node.instanceInfo)),
    internalInfo: jsonObject(node.driverInternalInfo),
    properties: jsonObject(node.properties),
  };
}
