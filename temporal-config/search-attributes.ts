import { isGrpcServiceError, type Connection } from '@temporalio/client';

/**
 * The search attributes of every flow, all of type Keyword. Set at start and never upserted; three at most, because a
 * namespace on SQL visibility has room for ten.
 */
export const searchAttributes = ['NodeUuid', 'NodeName', 'ConductorGroup'] as const;

/** `temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD`. */
const KEYWORD = 2;

/** gRPC status code (google.rpc.Code). */
const NOT_FOUND = 5;

/** A frontend reads the list of namespaces every 10 s; until then it does not know a new one. */
const KNOWN_WITHIN_MS = 30_000;

/** Registers those that the namespace lacks. Without them a start is refused, so this runs before any worker. */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const known = await knownAttributes(connection, namespace);
  const missing = searchAttributes.filter((name) => !Object.hasOwn(known, name));
  if (missing.length === 0) return;
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD])),
  });
}

async function knownAttributes(connection: Connection, namespace: string): Promise<Readonly<Record<string, unknown>>> {
  const until = performance.now() + KNOWN_WITHIN_MS;
  for (;;) {
    try {
      return (await connection.operatorService.listSearchAttributes({ namespace })).customAttributes;
    } catch (error) {
      if (!isGrpcServiceError(error) || error.code !== NOT_FOUND || performance.now() > until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
