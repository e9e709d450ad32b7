import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { workflowTypeOf, type OperationType } from '#domain/operations.js';
import { flowQueue } from '#domain/task-queues.js';
import {
  allocationSignal,
  allocationsWorkflowId,
  beatSignal,
  nodeUrlMemo,
  operationSignal,
  workflowTaskTimeout,
} from './names.js';

/** An operation whose row is committed. */
export interface StartableOperation {
  readonly operationId: string;
  readonly number: number;
  readonly type: OperationType;
  readonly nodeUuid: string;
  readonly nodeName: string | null;
  readonly conductorGroup: string;
}

/** Id of everything that runs on one node. */
export function nodeWorkflowId(nodeUuid: string): string {
  return `node:${nodeUuid}`;
}

/** What an {@link OperationStarter} needs to know beside its client. */
export interface StarterOptions {
  /** Base of the API's URLs, for the links from the Temporal UI to a node. */
  readonly apiUrl: string;
  /** How long one call may take; the rows are committed, so a failure is only a delay. */
  readonly deadlineMs?: number;
}

/** Starts flows for operations and tells running ones of news. All calls may be repeated. */
export class OperationStarter {
  readonly #client: Client;
  readonly #apiUrl: string;
  readonly #deadlineMs: number;

  constructor(client: Client, { apiUrl, deadlineMs = 2_000 }: StarterOptions) {
    this.#client = client;
    this.#apiUrl = apiUrl;
    this.#deadlineMs = deadlineMs;
  }

  /**
   * Starts the flow of the operation, or tells the node's running flow that a newer one, or a request to its own, is
   * there. `carrier` is the operation whose flow a node's wait belongs to when it differs (a power request in a wait).
   */
  async start(operation: StartableOperation, carrier: StartableOperation = operation): Promise<void> {
    const node = operation.nodeName ?? operation.nodeUuid;
    const nodeUrl = `${this.#apiUrl}/v1/nodes/${operation.nodeUuid}`;
    await this.#client.withDeadline(Date.now() + this.#deadlineMs, () =>
      this.#client.workflow.signalWithStart(workflowTypeOf(carrier.type), {
        workflowId: nodeWorkflowId(operation.nodeUuid),
        taskQueue: flowQueue,
        workflowTaskTimeout,
        args: [carrier.operationId],
        signal: operationSignal,
        signalArgs: [{ operationId: operation.operationId, number: operation.number, type: operation.type }],
        staticSummary: `${carrier.type} of ${node}`,
        staticDetails: `Node [${node}](${nodeUrl}), [operation ${carrier.number}](${nodeUrl}/operations/${carrier.operationId})`,
        memo: { node, operation: carrier.operationId, [nodeUrlMemo]: nodeUrl },
        typedSearchAttributes: nodeSearchAttributes(operation),
      }),
    );
  }

  /** Tells the flow of the allocations that some wait for a node, or starts it. */
  async allocate(): Promise<void> {
    await this.#client.withDeadline(Date.now() + this.#deadlineMs, () =>
      this.#client.workflow.signalWithStart('allocate', {
        workflowId: allocationsWorkflowId,
        taskQueue: flowQueue,
        workflowTaskTimeout,
        args: [],
        signal: allocationSignal,
        staticSummary: 'nodes for allocations',
      }),
    );
  }

  /** Tells a waiting flow that a fact it waits for is in the rows. A node without a flow is not an error. */
  async beat(nodeUuid: string): Promise<void> {
    try {
      await this.#client.withDeadline(Date.now() + this.#deadlineMs, () =>
        this.#client.workflow.getHandle(nodeWorkflowId(nodeUuid)).signal(beatSignal),
      );
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
}

const nodeUuidKey = defineSearchAttributeKey('NodeUuid', SearchAttributeType.KEYWORD);
const nodeNameKey = defineSearchAttributeKey('NodeName', SearchAttributeType.KEYWORD);
const conductorGroupKey = defineSearchAttributeKey('ConductorGroup', SearchAttributeType.KEYWORD);

function nodeSearchAttributes(node: StartableOperation): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: nodeUuidKey, value: node.nodeUuid },
    { key: nodeNameKey, value: node.nodeName ?? '' },
    { key: conductorGroupKey, value: node.conductorGroup || 'default' },
  ]);
}
