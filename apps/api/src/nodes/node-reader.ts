import { prepared, type Database } from '#database/client.js';
import { Prisma, type Node } from '#database/generated/client.js';
import type { NodeRow } from './node.rows.js';

/*
 * Whole nodes with their parts in one query of SQL. The same by Prisma's `include` takes a query for each part, a fifth
 * of the speed for one node and half of it for a thousand: too much for what clients ask for all day.
 */

/** The node with that UUID or name. */
export async function readNode(
  database: Database,
  where: { readonly uuid: string } | { readonly name: string },
): Promise<NodeRow | null> {
  const [name, condition] =
    'uuid' in where
      ? ['node-by-uuid', Prisma.sql`n.uuid = ${where.uuid}::uuid`]
      : ['node-by-name', Prisma.sql`n.name = ${where.name}`];
  const [row] = await database.$queryRaw<RawNode[]>`${prepared(name)} ${wholeNodes} WHERE ${condition}`;
  return row === undefined ? null : nodeRow(row);
}

/** The nodes with these ids in their order; one that has gone meanwhile is left out. */
export async function readNodes(database: Database, ids: readonly number[]): Promise<readonly NodeRow[]> {
  if (ids.length === 0) return [];
  const rows = await database.$queryRaw<RawNode[]>`${wholeNodes} WHERE n.id = ANY(${[...ids]})`;
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row === undefined ? [] : [nodeRow(row)];
  });
}

/** Each column of the model under Prisma's name, with the values of the driver that Prisma uses too. */
interface RawNode extends Node {
  readonly partTraits: readonly string[];
  readonly partOperations: readonly string[];
  readonly partChassis: string | null;
  readonly partAllocation: string | null;
}

/** `n.created_at AS "createdAt"`, for every column: naming them anew in here costs a tenth of a list's time. */
const columns = Object.values(Prisma.NodeScalarFieldEnum)
  .map((name) => `n.${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)} AS "${name}"`)
  .join(', ');

const wholeNodes = Prisma.sql`
  SELECT ${Prisma.raw(columns)},
    ARRAY(SELECT trait FROM node_traits t WHERE t.node_id = n.id ORDER BY trait) AS "partTraits",
    ARRAY(SELECT class FROM operations o WHERE o.node_id = n.id AND o.status IN ('pending', 'running')) AS "partOperations",
    (SELECT uuid FROM chassis c WHERE c.id = n.chassis_id) AS "partChassis",
    (SELECT uuid FROM allocations a WHERE a.node_id = n.id) AS "partAllocation"
  FROM nodes n`;

/** The row itself with the parts as Prisma gives them; a copy of seventy columns would cost more than the rest. */
function nodeRow(row: RawNode): NodeRow {
  const { partTraits, partOperations, partChassis, partAllocation } = row;
  return Object.assign(row, {
    traits: partTraits.map((trait) => ({ trait })),
    operations: partOperations.map((name) => ({ class: name })),
    chassis: partChassis === null ? null : { uuid: partChassis },
    allocation: partAllocation === null ? null : { uuid: partAllocation },
  });
}
