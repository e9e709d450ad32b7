import { Inject, Injectable } from '@nestjs/common';
import {
  ServiceError,
  TimeoutFailure,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Node } from '#database/generated/client.js';
import { lastErrorText } from '#domain/errors.js';
import {
  callTitles,
  type ChangeFailure,
  type NodeCall,
  type NodeCallName,
  type NodeCalls,
} from '#domain/node-calls.js';
import { flowQueue } from '#domain/task-queues.js';
import { invalid, unavailable, type ApiError } from '../errors/api-error.js';
import { TEMPORAL } from '../tokens.js';

/** How long a client waits for an answer that only the hardware can give. */
const waitMs = 30_000;
/** How long it waits for Temporal to take the start of a flow. */
const startMs = 5_000;

/** What a call has to know of its node. */
export type CalledNode = Pick<
  Node,
  'uuid' | 'name' | 'conductorGroup' | 'managementInterface' | 'consoleInterface' | 'vendorInterface'
>;

/** Calls to a node's hardware outside any operation, each a flow that leaves nothing behind. */
@Injectable()
export class ShortFlows {
  readonly #temporal: Pick<Client, 'workflow' | 'withDeadline'>;

  constructor(@Inject(TEMPORAL) temporal: Pick<Client, 'workflow' | 'withDeadline'>) {
    this.#temporal = temporal;
  }

  /**
   * Makes the call and waits for its result.
   * @throws ApiError 400 when the hardware or its driver refuses, 503 when nobody answers in time or Temporal is away
   */
  async ask<Name extends NodeCallName>(
    node: CalledNode,
    name: Name,
    args: NodeCalls[Name]['args'],
    requestId: string,
  ): Promise<NodeCalls[Name]['result']> {
    return this.#within(node, waitMs, async () => {
      const result: NodeCalls[Name]['result'] = await this.#temporal.workflow.execute('callNode', {
        ...this.#options(node, name, requestId),
        workflowExecutionTimeout: waitMs,
        args: [callOf(node, name, args)],
      });
      return result;
    });
  }

  /**
   * Starts the call and does not wait; its result is written to the node.
   * @param failure how the node tells that it failed
   * @throws ApiError 503 when Temporal does not take it
   */
  async start<Name extends NodeCallName>(
    node: CalledNode,
    name: Name,
    args: NodeCalls[Name]['args'],
    failure: ChangeFailure,
    requestId: string,
  ): Promise<void> {
    await this.#within(node, startMs, async () => {
      await this.#temporal.workflow.start('changeNode', {
        ...this.#options(node, name, requestId),
        args: [{ call: callOf(node, name, args), failure }],
      });
    });
  }

  #options(node: CalledNode, name: NodeCallName, requestId: string) {
    return {
      workflowId: `node:${node.uuid}:${name}:${requestId}`,
      taskQueue: flowQueue,
      staticSummary: `${callTitles[name]} of ${node.name ?? node.uuid}`,
    };
  }

  async #within<Result>(node: CalledNode, ms: number, work: () => Promise<Result>): Promise<Result> {
    try {
      return await this.#temporal.withDeadline(Date.now() + ms + 1_000, work);
    } catch (error) {
      throw shortFlowError(error, node, ms);
    }
  }
}

function callOf<Name extends NodeCallName>(node: CalledNode, activity: Name, args: NodeCalls[Name]['args']): NodeCall {
  const { uuid: nodeUuid, conductorGroup } = node;
  return { nodeUuid, conductorGroup, implementation: implementationOf(node, activity), activity, args };
}

function implementationOf(node: CalledNode, activity: NodeCallName): string {
  if (activity.startsWith('console.')) return node.consoleInterface;
  return activity.startsWith('vendor.') ? node.vendorInterface : node.managementInterface;
}

function shortFlowError(error: unknown, node: CalledNode, ms: number): ApiError {
  if (error instanceof WorkflowFailedError) {
    if (error.cause instanceof TimeoutFailure) return nobody(node, ms);
    const inner = innermost(error);
    const refused = inner instanceof ApplicationFailure && inner.nonRetryable === true;
    return refused ? invalid(lastErrorText(error)) : unavailable(lastErrorText(error));
  }
  if (error instanceof WorkflowExecutionAlreadyStartedError) return nobody(node, ms);
  if (error instanceof ServiceError || isGrpc(error)) return nobody(node, ms);
  throw error;
}

function nobody({ uuid }: CalledNode, ms: number): ApiError {
  return unavailable(
    `Requested action cannot be performed due to lack of free conductor workers: no worker answered for node ${uuid} ` +
      `within ${ms / 1000} s; check that a worker runs and reaches the BMC, then try again.`,
  );
}

function innermost(error: unknown): unknown {
  let current = error;
  while (current instanceof Error && current.cause !== undefined) current = current.cause;
  return current;
}

function isGrpc(error: unknown): boolean {
  return error instanceof Error && 'code' in error && 'details' in error;
}
