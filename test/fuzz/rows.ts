import type { Product } from '../e2e/support/product.js';
import type { Family } from './objects.js';

/** All rows of a family, as text, by table. */
export type Rows = Readonly<Record<string, readonly string[]>>;

const byNode = [
  'ports',
  'portgroups',
  'volume_connectors',
  'volume_targets',
  'node_traits',
  'node_history',
  'operations',
];
const byUuid = ['nodes', 'chassis', 'deploy_templates', 'runbooks', 'inspection_rules', 'allocations'];

/** What the database holds of a family: its rows in full, so that their number and their content can be compared. */
export async function rowsOf(product: Product, { node, identifiers }: Family): Promise<Rows> {
  const uuids = identifiers.filter((identifier) => /^[0-9a-f-]{36}$/.test(identifier));
  const read = async (table: string, condition: string, value: unknown) => {
    const rows = await product.rows(
      `SELECT to_jsonb(t) AS row FROM ${table} t WHERE ${condition} ORDER BY to_jsonb(t)::text`,
      [value],
    );
    return [table, rows.map(({ row }) => JSON.stringify(row))] as const;
  };
  const owned = byNode.map((table) => read(table, 'node_id = (SELECT id FROM nodes WHERE uuid = $1)', node));
  const own = byUuid.map((table) => read(table, 'uuid = ANY($1::uuid[])', uuids));
  return Object.fromEntries(await Promise.all([...own, ...owned]));
}
