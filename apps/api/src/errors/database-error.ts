import { Prisma } from '#database/generated/client.js';

/** Prisma's codes for a server that cannot be reached, refuses or is out of connections, and for a closed connection. */
const awayCodes = new Set(['P1000', 'P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037']);
const networkCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EPIPE', '57P01', '57P03']);

/** Time-outs of the pg package, which have no code: of a query, and of a connection being made. */
const timeoutTexts = /^(Query read timeout|timeout expired|Connection terminated)/;

/** Did the database not answer, so that the same request may succeed a little later? */
export function isDatabaseAway(error: unknown): boolean {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    if (cause instanceof Prisma.PrismaClientInitializationError || timeoutTexts.test(cause.message)) return true;
    if (cause instanceof Prisma.PrismaClientKnownRequestError && isAwayInRawQuery(cause)) return true;
    if ('code' in cause && typeof cause.code === 'string') {
      if (awayCodes.has(cause.code) || networkCodes.has(cause.code)) return true;
    }
  }
  return false;
}

/** The same in the words of Prisma's adapter, which errors of raw queries (P2010) hold. */
const awayKinds = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections']);

function isAwayInRawQuery(error: Prisma.PrismaClientKnownRequestError): boolean {
  const inner: unknown = error.meta?.['driverAdapterError'];
  if (!(inner instanceof Error)) return false;
  const { kind, originalCode, originalMessage } = {
    kind: '',
    originalCode: '',
    originalMessage: '',
    ...Object(inner.cause),
  };
  return (
    awayKinds.has(String(kind)) ||
    networkCodes.has(String(originalCode)) ||
    timeoutTexts.test(String(originalMessage)) ||
    timeoutTexts.test(inner.message)
  );
}

/** PostgreSQL's: U+0000, half of a surrogate pair, a number out of range, a text too long for an index. */
const unstorableCodes = new Set(['22021', '22P05', '22003', '54000']);
/** Prisma's own for numbers out of range. */
const outOfRangeCodes = new Set(['P2020', 'P2033']);

/** Did the request hold a text or number that PostgreSQL cannot store? What Ironic's databases take differs a little. */
export function isUnstorable(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  if (outOfRangeCodes.has(error.code)) return true;
  const cause: unknown = error.meta?.['driverAdapterError'];
  if (!(cause instanceof Error) || typeof cause.cause !== 'object' || cause.cause === null) return false;
  const { originalCode: code, originalMessage: message } = { originalCode: '', originalMessage: '', ...cause.cause };
  return unstorableCodes.has(code) || (code === '22P02' && message === 'invalid input syntax for type json');
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
 * The column whose unique constraint a write has violated, as `name` or `instance_uuid`, several columns joined by `_`;
 * undefined when the error is another one. Prisma's adapter gives the name of the index, which is made of table and columns.
 */
export function violatedColumn(error: unknown): string | undefined {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') return undefined;
  return uniqueIndex.exec(JSON.stringify(error.meta ?? {}))?.[1];
}

/** Was the row that a write is about deleted by somebody else in the meantime? */
export function isGone(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2025';
}

/**
 * Did a write fail over the link between two rows: a deletion because rows of another table still name the row, or a
 * new link because the row that it names has just been deleted?
 */
export function isStillReferenced(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2003';
}
