import type { Connection } from '@temporalio/client';

/**
 * The search attributes of every flow, all of type Keyword. Set at start and never upserted; three at most, because a
 * namespace on SQL visibility has room for ten.
 */
export const searchAttributes = ['NodeUuid', 'NodeName', 'ConductorGroup'] as const;

/** `temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD`. */
const KEYWORD = 2;

/** Registers those that the namespace lacks. Without them a start is refused, so this runs before any worker. */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = searchAttributes.filter((name) => !Object.hasOwn(customAttributes, name));
  if (missing.length === 0) return;
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD])),
  });
}
