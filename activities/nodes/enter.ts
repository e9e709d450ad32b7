import { next, type TransitionEvent } from '#domain/transitions.js';
import { ApplicationFailure } from '@temporalio/common';
import { openBootOf } from '#database/open-boot.js';
import { lockNodeOfOperation, stateOf, targetOf } from '#database/operations.js';
import type { BootFacts, EnterOptions, RequestKind, WriteKey } from '../contract.js';
import type { NodeDeps } from './deps.js';
import { bootFactsOf, factsOf, isPosted } from './facts.js';
import { interrupted, ownWrite, type OwnedRows } from './own-write.js';

/** See {@link NodeActivities.enter}. */
export async function enter(
  deps: NodeDeps,
  key: WriteKey,
  event: TransitionEvent,
  { stage, awaitBeat }: EnterOptions,
): Promise<BootFacts> {
  return ownWrite(deps, key, async (rows) => {
    const { tx, operation, locked } = rows;
    if (!rows.repeated) await moveByEvent(rows, event, stage);
    const node = await tx.node.findUniqueOrThrow({ where: { id: rows.node.id } });
    const boot = await openBootOf(tx, node.id);
    const facts = bootFactsOf(factsOf(locked, operation.id), node, boot, await isPosted(tx, operation));
    const awaitsBeat = awaitBeat === 'next' || (awaitBeat && !facts.beat);
    await tx.operation.update({ where: { id: operation.id }, data: { stage, awaitsBeat } });
    return facts;
  });
}

/** Moves the node by the transition table and writes it to the timeline. */
export async function moveByEvent(
  { tx, node, operation }: OwnedRows,
  event: TransitionEvent,
  why: string,
): Promise<void> {
  const from = stateOf(node);
  const to = next(from, event, { target: targetOf(node) });
  if (!to) {
    throw ApplicationFailure.nonRetryable(
      `The flow raised "${event}" in state "${from}", where it is not possible; this is a defect of the flow.`,
      'InvalidTransition',
    );
  }
  const now = new Date();
  await tx.node.update({
    where: { id: node.id },
    data: {
      provisionState: to.state,
      targetProvisionState: to.targetState,
      provisionUpdatedAt: now,
      updatedAt: now,
    },
  });
  await tx.operationEvent.create({
    data: {
      operationId: operation.id,
      at: now,
      kind: 'transition',
      text: `${from} -> ${to.state}: ${why}`,
      detail: { from, event, to: to.state },
    },
  });
}

/** See {@link NodeActivities.readWait}. */
export async function readWait(
  { database }: NodeDeps,
  operationId: string,
  { nextBeat }: { readonly nextBeat: boolean } = { nextBeat: false },
): Promise<BootFacts> {
  return database.$transaction(async (tx) => {
    const locked = await lockNodeOfOperation(tx, operationId);
    const operation = locked?.unfinished.find((unfinished) => unfinished.id === operationId);
    if (!locked || !operation) throw interrupted();
    const boot = await openBootOf(tx, locked.node.id);
    const facts = bootFactsOf(factsOf(locked, operationId), locked.node, boot, await isPosted(tx, operation));
    const awaitsBeat = nextBeat || !facts.beat;
    if (operation.awaitsBeat !== awaitsBeat) {
      await tx.operation.update({ where: { id: operationId }, data: { awaitsBeat } });
    }
    return facts;
  });
}

/** See {@link NodeActivities.handleRequest}. */
export async function handleRequest(deps: NodeDeps, key: WriteKey, kind: RequestKind, text: string): Promise<void> {
  await ownWrite(deps, key, async ({ tx, operation, repeated }) => {
    if (repeated) return;
    await tx.operationRequest.updateMany({
      where: { operationId: operation.id, kind, handledAt: null },
      data: { handledAt: new Date() },
    });
    await tx.operationEvent.create({ data: { operationId: operation.id, kind: 'request', text } });
  });
}
