import type { Database } from '#database/client.js';
import { Prisma, type Allocation } from '#database/generated/client.js';
import { place, tryingOrder, verdictOn, whyNothingFits, type PlacementRequest } from '#domain/placement.js';
import type { AllocationActivities, AllocationRound } from '../contract.js';
import { candidateIn, candidatesFor, requestOf, type Candidate } from './candidates.js';

/** So many allocations are read at once; the nodes are read once for all of them. */
const roundSize = 200;

/** A round is a local activity, which has two seconds. */
const roundMs = 1_000;

/** How long an allocation waits for nodes that fit but are locked (Ironic: three attempts a second apart). */
const patienceMs = 3_000;

/** What becomes of one allocation in one round. */
type Outcome = 'active' | 'failed' | 'waiting' | 'gone';

/** Gives nodes to allocations; see {@link AllocationActivities}. */
export function createAllocationActivities({ database }: { readonly database: Database }): AllocationActivities {
  return { allocate: (patientSince) => allocate(database, patientSince) };
}

async function allocate(database: Database, patientSince: number): Promise<AllocationRound> {
  const end = Date.now() + roundMs;
  const open = await database.allocation.findMany({
    where: { state: 'allocating' },
    orderBy: { id: 'asc' },
    take: roundSize,
  });
  const count = { active: 0, failed: 0, waiting: 0, gone: 0 };
  if (open.length === 0) return { active: 0, failed: 0, waiting: 0, more: false };
  const requests = open.map((allocation) => ({ allocation, request: requestOf(allocation) }));
  const candidates = await candidatesFor(
    database,
    requests.map(({ request }) => request),
  );
  let looked = 0;
  for (const { allocation, request } of requests) {
    if (Date.now() > end) break;
    const since = Math.max(allocation.createdAt.getTime(), patientSince);
    const outcome = await decide(database, allocation, request, candidates, Date.now() - since < patienceMs);
    count[outcome]++;
    looked++;
  }
  // A round of nothing but waiting ones would only be repeated at once.
  const more = (looked < open.length || open.length === roundSize) && count.waiting < looked;
  return { active: count.active, failed: count.failed, waiting: count.waiting, more };
}

async function decide(
  database: Database,
  allocation: Allocation,
  request: PlacementRequest,
  candidates: Map<number, Candidate>,
  patient: boolean,
): Promise<Outcome> {
  const placement = place(request, [...candidates.values()]);
  if (placement.fitting.length === 0) {
    const { text, details } = whyNothingFits(request, placement);
    return fail(database, allocation, `Failed to process allocation ${allocation.uuid}: ${text}. ${details}`.trim());
  }
  let locked = 0;
  for (const candidate of tryingOrder(request, placement.fitting)) {
    const claim: Claim = candidate.locked
      ? { kind: 'locked' }
      : await claimNode(database, allocation, request, candidate.id);
    if (claim.kind === 'gone') return 'gone';
    if (claim.kind === 'refused') return fail(database, allocation, claim.lastError);
    if (claim.kind === 'locked') locked++;
    else candidates.set(claim.node.id, claim.node);
    if (claim.kind === 'taken') return 'active';
  }
  if (locked > 0 && patient) return 'waiting';
  const text =
    locked > 0 ? `could not reserve any of ${locked} suitable nodes` : 'all nodes were filtered out during reservation';
  return fail(database, allocation, `Failed to process allocation ${allocation.uuid}: ${text}.`);
}

/** What became of a try to take a node; `node` is the row as it is now. */
type Claim =
  | { readonly kind: 'taken' | 'unfit'; readonly node: Candidate }
  | { readonly kind: 'locked' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly lastError: string };

/**
 * Takes the node for the allocation, both rows in one transaction. Nobody waits here: a node whose row somebody holds
 * is as good as locked, and whoever deletes an allocation locks the node first, so there is no deadlock with this order.
 */
async function claimNode(
  database: Database,
  { id, uuid }: Allocation,
  request: PlacementRequest,
  nodeId: number,
): Promise<Claim> {
  try {
    return await database.$transaction(async (tx): Promise<Claim> => {
      const open = await tx.$queryRaw<unknown[]>`
        SELECT id FROM allocations WHERE id = ${id} AND state = 'allocating' FOR UPDATE`;
      if (open.length === 0) return { kind: 'gone' };
      const free = await tx.$queryRaw<unknown[]>`SELECT id FROM nodes WHERE id = ${nodeId} FOR UPDATE SKIP LOCKED`;
      if (free.length === 0) return { kind: 'locked' };
      const node = await candidateIn(tx, nodeId);
      if (verdictOn(request, node).kind !== 'fits') return { kind: 'unfit', node };
      if (node.locked) return { kind: 'locked' };
      const traits = JSON.stringify(request.traits);
      await tx.$executeRaw`
        UPDATE nodes SET instance_uuid = ${uuid}::uuid, updated_at = now(),
          instance_info = instance_info || jsonb_build_object('traits', ${traits}::jsonb) WHERE id = ${nodeId}`;
      const data = { nodeId, state: 'active', lastError: null, updatedAt: new Date() };
      await tx.allocation.update({ where: { id }, data });
      return { kind: 'taken', node: { ...node, instanceUuid: uuid } };
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    // A client may have chosen the UUID, and a node may have an instance of that UUID already.
    const lastError =
      `Unexpected exception during allocation: Instance ${uuid} is already associated with a node, it cannot be ` +
      `associated with another one; delete this allocation and ask again without a UUID.`;
    return { kind: 'refused', lastError };
  }
}

async function fail(database: Database, { id }: Allocation, lastError: string): Promise<Outcome> {
  const { count } = await database.allocation.updateMany({
    where: { id, state: 'allocating' },
    data: { state: 'error', lastError, updatedAt: new Date() },
  });
  return count === 0 ? 'gone' : 'failed';
}

function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return error.code === 'P2002' || (error.code === 'P2010' && JSON.stringify(error.meta ?? {}).includes('23505'));
}
