import { isGrpcServiceError, type Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';

/** How long the history of a closed flow can be read. */
export const RETENTION_DAYS = 30;

/** gRPC status codes (google.rpc.Code). */
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;

/**
 * Makes sure that the namespace exists. One that is there already is left as its operator set it up.
 *
 * A cluster's frontends learn of a new namespace within some 10 s; this resolves when it can be described.
 */
export async function ensureNamespace(connection: Connection, namespace: string): Promise<void> {
  if (await exists(connection, namespace)) return;
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      description: 'Temper: bare-metal provisioning',
      workflowExecutionRetentionPeriod: msToTs(`${RETENTION_DAYS} days`),
    });
  } catch (error) {
    if (codeOf(error) !== ALREADY_EXISTS) throw error;
  }
  while (!(await exists(connection, namespace))) await new Promise((resolve) => setTimeout(resolve, 200));
}

async function exists(connection: Connection, namespace: string): Promise<boolean> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
    return true;
  } catch (error) {
    if (codeOf(error) === NOT_FOUND) return false;
    throw error;
  }
}

function codeOf(error: unknown): number | undefined {
  return isGrpcServiceError(error) ? error.code : undefined;
}
