import { z } from 'zod';
import type { Prisma } from '#database/generated/client.js';
import { isFeature, minimalVersionText } from '#domain/microversions.js';
import { isProvisionState } from '#domain/states.js';
import type { LiveConductors } from '../conductors/live-conductors.js';
import { invalid, notAcceptable } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { argument } from '../resource/json-types.js';
import { pagingArguments } from '../resource/list-query.js';
import { asUuid } from '../resource/names.js';
import { nodeResource } from './node.schema.js';

/** Query parameters of GET /v1/nodes and /v1/nodes/detail. */
export const nodeFilters = z.object({
  ...pagingArguments,
  associated: argument.boolean(),
  chassis_uuid: argument.uuid(),
  conductor: argument.string(),
  conductor_group: argument.string(),
  description_contains: argument.string(),
  driver: argument.string(),
  fault: argument.string(),
  include_children: argument.boolean(),
  instance_name: argument.string(),
  instance_uuid: argument.uuid(),
  lessee: argument.string(),
  maintenance: argument.boolean(),
  owner: argument.string(),
  parent_node: argument.string(),
  project: argument.string(),
  provision_state: argument.string(),
  resource_class: argument.string(),
  retired: argument.boolean(),
  shard: argument.strings(),
  sharded: argument.boolean(),
});

/** Filters as given; null where absent. */
export type NodeFilters = z.output<typeof nodeFilters>;

const faults = ['power failure', 'clean failure', 'rescue abort failure', 'service failure'];

/** In the order in which Ironic looks at them. */
const gated = [
  'provision_state',
  'driver',
  'resource_class',
  'fault',
  'conductor_group',
  'conductor',
  'owner',
  'lessee',
  'shard',
  'sharded',
  'instance_name',
  'include_children',
  'parent_node',
] as const satisfies readonly (keyof NodeFilters)[];

/** @throws ApiError 406 for what is newer than the version, 400 for values that cannot be */
export function checkNodeFilters(call: Call, filters: NodeFilters): void {
  if (filters.sort_key !== null) nodeResource.refuseNewer(call.minor, [filters.sort_key]);
  for (const name of gated) {
    if (filters[name] === null) continue;
    const feature = `filter.nodes.${name}`;
    if (isFeature(feature) && !call.allows(feature)) throw tooNew(name, minimalVersionText(feature));
    if (name === 'provision_state' && !isProvisionState(filters.provision_state ?? '')) {
      throw invalid(`Provision state "${filters.provision_state}" is not valid`);
    }
    if (name === 'fault' && !faults.includes(filters.fault ?? '')) {
      const valid = faults.map((fault) => `'${fault}'`).join(', ');
      throw invalid(`Unrecognized fault "${filters.fault}" is specified, allowed faults are (${valid})`);
    }
  }
}

/**
 * The condition of a list.
 * @param chassisId of the chassis that the filters name
 */
export function nodeCondition(
  filters: NodeFilters,
  conductors: LiveConductors,
  chassisId: number | null,
): Prisma.NodeWhereInput {
  const { parent_node: parent, project, shard } = filters;
  const and: Prisma.NodeWhereInput[] = [];
  const equal = <Column extends keyof Prisma.NodeWhereInput>(
    column: Column,
    value: Prisma.NodeWhereInput[Column] | null,
  ) => {
    if (value !== null) and.push({ [column]: value });
  };
  equal('chassisId', chassisId);
  equal('provisionState', filters.provision_state);
  equal('driver', filters.driver);
  equal('resourceClass', filters.resource_class);
  equal('fault', filters.fault);
  equal('conductorGroup', filters.conductor_group?.toLowerCase() ?? null);
  equal('owner', filters.owner);
  equal('lessee', filters.lessee);
  equal('maintenance', filters.maintenance);
  equal('retired', filters.retired);
  equal('instanceName', filters.instance_name);
  equal('instanceUuid', filters.instance_uuid);
  if (filters.associated !== null) and.push({ instanceUuid: filters.associated ? { not: null } : null });
  if (filters.sharded !== null) and.push({ shard: filters.sharded ? { not: null } : null });
  if (shard !== null) and.push({ shard: { in: [...shard] } });
  if (project !== null) and.push(ofProject(project));
  if (filters.description_contains !== null) {
    and.push({ description: { contains: filters.description_contains, mode: 'insensitive' } });
  }
  if (filters.conductor !== null) and.push({ conductorGroup: { in: [...conductors.groupsOf(filters.conductor)] } });
  if (parent !== null)
    and.push(asUuid(parent) === undefined ? { id: { in: [] } } : { parentNode: asUuid(parent) ?? null });
  else if (filters.include_children !== true) and.push({ parentNode: null });
  return { AND: and };
}

/** The nodes that a project owns or is the lessee of. */
export function ofProject(project: string) {
  return { OR: [{ owner: project }, { lessee: project }] } satisfies Prisma.NodeWhereInput;
}

function tooNew(name: (typeof gated)[number], text: string) {
  if (name === 'provision_state') return notAcceptable();
  return notAcceptable(name === 'instance_name' ? 'instance_name is not acceptable in this API version' : text);
}
