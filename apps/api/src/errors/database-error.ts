import { Prisma } from '#database/generated/client.js';

/** Prisma's codes for a server that cannot be reached, refuses or is out of connections, and for a closed connection. */
const awayCodes = new Set(['P1000', 'P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037']);
const networkCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EPIPE', '57P01', '57P03']);

/** Did the database not answer, so that the same request may succeed a little later? */
export function isDatabaseAway(error: unknown): boolean {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    if (cause instanceof Prisma.PrismaClientInitializationError) return true;
    if ('code' in cause && typeof cause.code === 'string') {
      if (awayCodes.has(cause.code) || networkCodes.has(cause.code)) return true;
    }
  }
  return false;
}

/** Tables with unique columns, as their indexes are named. */
const tables = [
  'nodes',
  'ports',
  'portgroups',
  'chassis',
  'allocations',
  'deploy_templates',
  'runbooks',
  'inspection_rules',
  'volume_connectors',
  'volume_targets',
];
const uniqueIndex = new RegExp(`"(?:${tables.join('|')})_(\\w+)_key"`);

/**
 * The column whose unique constraint a write has violated, as `name` or `instance_uuid`, several columns joined by `_`; undefined
 * when the error is another one. Prisma's adapter gives the name of the index, which is made of table and columns.
 */
export function violatedColumn(error: unknown): string | undefined {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') return undefined;
  return uniqueIndex.exec(JSON.stringify(error.meta ?? {}))?.[1];
}

/** Did a deletion fail because rows of another table still name the row? */
export function isStillReferenced(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2003';
}
