import { randomUUID } from 'node:crypto';
import { classOf, type OperationType } from '#domain/operations.js';
import { holdsLock, isProvisionState, type ProvisionState } from '#domain/states.js';
import type { Transaction } from './client.js';
import type { Node, Operation, OperationRequest, Prisma } from './generated/client.js';

/** A node whose row this transaction has locked, with the operations that are not finished. */
export interface LockedNode {
  readonly node: Node;
  readonly unfinished: readonly (Operation & { requests: OperationRequest[] })[];
}

/** What a client's request asks for, once it is decided. */
export interface OperationRequested {
  readonly type: OperationType;
  /** What the flow and its activities need to know and the node's row does not say; no secrets. */
  readonly plan: Prisma.InputJsonObject;
  /** Id of the user who asked, and of their project. */
  readonly requester?: string | null;
  readonly project?: string | null;
  readonly requestId?: string | null;
  /** Where the verb moves the node in the same transaction. */
  readonly move?: NodeMove;
  /** The verb takes the place of the unfinished provision operation (`deleted`, `service` from hold). */
  readonly supersedes?: boolean;
}

export interface NodeMove {
  readonly state: ProvisionState;
  readonly targetState: ProvisionState | null;
}

/** An accepted operation: what the flow's start needs. */
export interface Accepted {
  readonly operationId: string;
  readonly number: number;
  readonly type: OperationType;
  readonly nodeUuid: string;
  readonly nodeName: string | null;
  readonly conductorGroup: string;
}

/**
 * Locks the node's row until the transaction ends. Every change of a node's state or operations goes through this
 * lock, so decisions made on the result still hold when they are written.
 */
export async function lockNode(tx: Transaction, nodeUuid: string): Promise<LockedNode | null> {
  const locked = await tx.$queryRaw<{ id: number }[]>`SELECT id FROM nodes WHERE uuid = ${nodeUuid}::uuid FOR UPDATE`;
  return locked[0] ? readLocked(tx, locked[0].id) : null;
}

/** The same, found by one of the node's operations. */
export async function lockNodeOfOperation(tx: Transaction, operationId: string): Promise<LockedNode | null> {
  const locked = await tx.$queryRaw<{ id: number }[]>`
    SELECT n.id FROM nodes n JOIN operations o ON o.node_id = n.id WHERE o.id = ${operationId}::uuid FOR UPDATE OF n`;
  return locked[0] ? readLocked(tx, locked[0].id) : null;
}

async function readLocked(tx: Transaction, id: number): Promise<LockedNode | null> {
  const node = await tx.node.findUnique({ where: { id } });
  if (!node) return null;
  const unfinished = await tx.operation.findMany({
    where: { nodeId: id, status: { in: ['pending', 'running'] } },
    include: { requests: { where: { handledAt: null }, orderBy: { id: 'asc' } } },
    orderBy: { number: 'asc' },
  });
  return { node, unfinished };
}

/** The state of a row; Prisma gives text, the database holds only the 30 values. */
export function stateOf(node: Pick<Node, 'provisionState'>): ProvisionState {
  if (!isProvisionState(node.provisionState)) throw new Error(`Unknown provision_state "${node.provisionState}".`);
  return node.provisionState;
}

/** target_provision_state of a row. */
export function targetOf(node: Pick<Node, 'targetProvisionState'>): ProvisionState | null {
  const target = node.targetProvisionState;
  return target !== null && isProvisionState(target) ? target : null;
}

/** What the lock is computed from. */
export interface LockFacts {
  readonly node: Pick<Node, 'provisionState'>;
  readonly unfinished: readonly Pick<Operation, 'class'>[];
}

/** Ironic's lock, computed: work in progress outside wait and hold states, or a power change under way. */
export function isLocked({ node, unfinished }: LockFacts): boolean {
  return (
    unfinished.some((operation) => operation.class === 'power') || (unfinished.length > 0 && holdsLock(stateOf(node)))
  );
}

/** The unfinished provision operation, if there is one. */
export function unfinishedProvision(locked: LockedNode): LockedNode['unfinished'][number] | undefined {
  return locked.unfinished.find((operation) => operation.class === 'provision');
}

/**
 * Writes the intent: the node's new state, the operation row, its first line in the timeline. The caller has decided
 * on the locked row that this is allowed. After the commit, start the flow with the result.
 */
export async function acceptOperation(
  tx: Transaction,
  { node, unfinished }: LockedNode,
  request: OperationRequested,
): Promise<Accepted> {
  const now = new Date();
  if (request.supersedes) {
    const older = unfinished.filter((operation) => operation.class === 'provision').map((operation) => operation.id);
    await tx.operation.updateMany({
      where: { id: { in: older } },
      data: { status: 'superseded', endedAt: now, awaitsBeat: false },
    });
  }
  const number = node.operationNumber + 1;
  const operationId = randomUUID();
  await tx.node.update({
    where: { id: node.id },
    data: { operationNumber: number, ...(request.move ? moved(request.move, now) : {}) },
  });
  await tx.operation.create({
    data: {
      id: operationId,
      nodeId: node.id,
      number,
      class: classOf(request.type),
      type: request.type,
      plan: request.plan,
      requester: request.requester ?? null,
      project: request.project ?? null,
      requestId: request.requestId ?? null,
      events: { create: { at: now, kind: 'request', text: acceptedText(node, request) } },
    },
  });
  return {
    operationId,
    number,
    type: request.type,
    nodeUuid: node.uuid,
    nodeName: node.name,
    conductorGroup: node.conductorGroup,
  };
}

function acceptedText(node: Node, { type, move }: OperationRequested): string {
  return move ? `${type} accepted: ${node.provisionState} -> ${move.state}` : `${type} accepted`;
}

function moved({ state, targetState }: NodeMove, now: Date): Prisma.NodeUpdateInput {
  return {
    provisionState: state,
    targetProvisionState: targetState,
    provisionUpdatedAt: now,
    updatedAt: now,
    lastError: null,
  };
}

/**
 * Moves a node for a verb that needs no flow, such as `manage` from `clean failed`. As in Ironic, last_error stays to be
 * read until work begins again, unless there is another.
 */
export async function moveNode(
  tx: Transaction,
  { node }: LockedNode,
  move: NodeMove,
  lastError = node.lastError,
): Promise<void> {
  await tx.node.update({ where: { id: node.id }, data: { ...moved(move, new Date()), lastError } });
}

/**
 * Writes `abort` or `unhold` beside the running operation; the flow obeys at its next write or wait. A running step that
 * cannot be interrupted is marked as the last one, as in Ironic (conductor/manager.py _do_abort).
 */
export async function acceptRequest(
  tx: Transaction,
  { node }: LockedNode,
  operation: Operation,
  kind: 'abort' | 'unhold',
  requester?: string,
): Promise<Accepted> {
  await tx.operationRequest.create({ data: { operationId: operation.id, kind, requester: requester ?? null } });
  await tx.operationEvent.create({ data: { operationId: operation.id, kind: 'request', text: `${kind} accepted` } });
  const column = shownIn(operation.type);
  const step = column ? node[column] : null;
  if (kind === 'abort' && column && isStep(step) && step['abortable'] !== true) {
    await tx.node.update({ where: { id: node.id }, data: { [column]: { ...step, abort_after: true } } });
  }
  return acceptedOf(operation, node);
}

/** The column that shows the running step of such an operation. */
function shownIn(type: string): 'serviceStep' | 'deployStep' | 'cleanStep' | undefined {
  if (type === 'service') return 'serviceStep';
  if (type === 'deploy' || type === 'rebuild') return 'deployStep';
  return type === 'clean' || type === 'teardown' ? 'cleanStep' : undefined;
}

function isStep(step: Prisma.JsonValue): step is Prisma.JsonObject {
  return typeof step === 'object' && step !== null && !Array.isArray(step) && 'step' in step;
}

/** The start of an operation that already has a row. */
export function acceptedOf(
  operation: Pick<Operation, 'id' | 'number' | 'type'>,
  node: Pick<Node, 'uuid' | 'name' | 'conductorGroup'>,
): Accepted {
  return {
    operationId: operation.id,
    number: operation.number,
    // Written by acceptOperation only, from the same union.
    type: operation.type as OperationType,
    nodeUuid: node.uuid,
    nodeName: node.name,
    conductorGroup: node.conductorGroup,
  };
}
