import { Inject, Injectable } from '@nestjs/common';
import {
  ServiceError,
  TimeoutFailure,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { lastErrorText } from '#domain/errors.js';
import { flowQueue } from '#domain/task-queues.js';
import { invalid, unavailable, type ApiError } from '../errors/api-error.js';
import type { NodeRow } from '../nodes/node.rows.js';
import { TEMPORAL } from '../tokens.js';

/** How long a client waits for an answer that only the hardware can give. */
const waitMs = 30_000;

/** Flows that a request waits for, such as reading a boot device; they leave no operation behind. */
@Injectable()
export class ShortFlows {
  readonly #temporal: Pick<Client, 'workflow' | 'withDeadline'>;

  constructor(@Inject(TEMPORAL) temporal: Pick<Client, 'workflow' | 'withDeadline'>) {
    this.#temporal = temporal;
  }

  /**
   * Runs the flow and gives its result.
   * @throws ApiError 400 when the flow refuses, 503 when nobody carries it out in time or Temporal is away
   */
  async run<Result>(
    type: string,
    node: Pick<NodeRow, 'uuid' | 'name'>,
    purpose: string,
    args: unknown[],
    requestId: string,
  ): Promise<Result> {
    try {
      return await this.#temporal.withDeadline(Date.now() + waitMs + 1_000, async () => {
        const result: Result = await this.#temporal.workflow.execute(type, {
          workflowId: `node:${node.uuid}:${purpose}:${requestId}`,
          taskQueue: flowQueue,
          workflowExecutionTimeout: waitMs,
          args,
          staticSummary: `${type} of ${node.name ?? node.uuid}`,
        });
        return result;
      });
    } catch (error) {
      throw shortFlowError(error, node);
    }
  }
}

function shortFlowError(error: unknown, node: Pick<NodeRow, 'uuid'>): ApiError {
  if (error instanceof WorkflowFailedError) {
    if (error.cause instanceof TimeoutFailure) return nobody(node);
    const inner = innermost(error);
    const refused = inner instanceof ApplicationFailure && inner.nonRetryable === true;
    return refused ? invalid(lastErrorText(error)) : unavailable(lastErrorText(error));
  }
  if (error instanceof WorkflowExecutionAlreadyStartedError) return nobody(node);
  if (error instanceof ServiceError || isGrpc(error)) return nobody(node);
  throw error;
}

function nobody({ uuid }: Pick<NodeRow, 'uuid'>): ApiError {
  return unavailable(
    `Requested action cannot be performed due to lack of free conductor workers: no worker answered for node ${uuid} ` +
      `within ${waitMs / 1000} s; check that a worker runs and reaches the BMC, then try again.`,
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
