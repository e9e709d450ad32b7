import { isJsonObject, type JsonObject } from '../resource/json-types.js';
import { shown } from '../resource/shown.js';

const levels = ['JBOD', '0', '1', '2', '5', '6', '1+0', '5+0', '6+0'];

/** What is wrong, and how deep in the document: Ironic tells the shallowest, of those of one depth the last by path. */
interface Problem {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

type Check = (value: unknown) => string | undefined;

/** Properties of a logical disk (Ironic drivers/raid_config_schema.json); {@link diskProblems} asks for the required ones. */
const diskChecks: Readonly<Record<string, Check>> = {
  raid_level: (value) => textProblem(value) ?? oneOf(levels)(value),
  size_gb: sizeProblem,
  volume_name: textProblem,
  is_root_volume: booleanProblem,
  share_physical_disks: booleanProblem,
  disk_type: (value) => textProblem(value) ?? oneOf(['hdd', 'ssd'])(value),
  interface_type: (value) => textProblem(value) ?? oneOf(['sata', 'scsi', 'sas'])(value),
  number_of_physical_disks: countProblem,
  controller: textProblem,
  physical_disks: physicalDisksProblem,
};

/**
 * What is wrong with a target RAID configuration, in Ironic's words (Ironic common/raid.py validate_configuration);
 * undefined when nothing is. An empty one takes the target away and is not checked.
 */
export function raidConfigRefused(config: JsonObject): string | undefined {
  const problem = worst(configProblems(config));
  if (problem !== undefined) return `RAID config validation error: ${problem.text}`;
  const disks = config['logical_disks'];
  const roots = Array.isArray(disks)
    ? disks.filter((disk) => isJsonObject(disk) && disk['is_root_volume'] === true)
    : [];
  if (roots.length <= 1) return undefined;
  return `Raid config cannot have more than one root volume. ${roots.length} root volumes were specified`;
}

function configProblems(config: JsonObject): Problem[] {
  const disks = config['logical_disks'];
  const unknown = Object.keys(config).filter((key) => key !== 'logical_disks');
  const problems = [
    ...(disks === undefined ? [{ path: [], text: "'logical_disks' is a required property" }] : []),
    ...(unknown.length > 0 ? [{ path: [], text: unexpected(unknown) }] : []),
  ];
  if (disks === undefined) return problems;
  const path = ['logical_disks'];
  if (!Array.isArray(disks)) return [...problems, { path, text: `${shown(disks)} is not of type 'array'` }];
  if (disks.length === 0) return [...problems, { path, text: '[] should be non-empty' }];
  return [...problems, ...disks.flatMap((disk, index) => diskProblems(disk, [...path, index]))];
}

function diskProblems(disk: unknown, path: readonly (string | number)[]): Problem[] {
  if (!isJsonObject(disk)) return [{ path, text: `${shown(disk)} is not of type 'object'` }];
  const missing = ['raid_level', 'size_gb'].filter((key) => disk[key] === undefined);
  const unknown = Object.keys(disk).filter((key) => !Object.hasOwn(diskChecks, key));
  const lacksController = disk['physical_disks'] !== undefined && disk['controller'] === undefined;
  const ofParts = Object.entries(disk).flatMap(([key, value]): Problem[] => {
    const text = Object.hasOwn(diskChecks, key) ? diskChecks[key]?.(value) : undefined;
    return text === undefined ? [] : [{ path: [...path, key], text }];
  });
  return [
    ...missing.map((key) => ({ path, text: `'${key}' is a required property` })),
    ...(unknown.length > 0 ? [{ path, text: unexpected(unknown) }] : []),
    ...(lacksController ? [{ path, text: "'controller' is a dependency of 'physical_disks'" }] : []),
    ...ofParts,
  ];
}

function unexpected(keys: readonly string[]): string {
  const verb = keys.length === 1 ? 'was' : 'were';
  return `Additional properties are not allowed (${keys.map((key) => `'${key}'`).join(', ')} ${verb} unexpected)`;
}

/** The problem that jsonschema's best_match would choose. */
function worst(problems: readonly Problem[]): Problem | undefined {
  return problems.reduce<Problem | undefined>(
    (best, problem) => (best === undefined || isWorse(problem.path, best.path) ? problem : best),
    undefined,
  );
}

function isWorse(path: Problem['path'], than: Problem['path']): boolean {
  if (path.length !== than.length) return path.length < than.length;
  const at = path.findIndex((part, index) => part !== than[index]);
  const [one, other] = [path[at], than[at]];
  return one !== undefined && other !== undefined && one > other;
}

function textProblem(value: unknown): string | undefined {
  return typeof value === 'string' ? undefined : `${shown(value)} is not of type 'string'`;
}

function booleanProblem(value: unknown): string | undefined {
  return typeof value === 'boolean' ? undefined : `${shown(value)} is not of type 'boolean'`;
}

function oneOf(known: readonly string[]): Check {
  return (value) =>
    typeof value === 'string' && known.includes(value) ? undefined : `${shown(value)} is not one of ${shown(known)}`;
}

function countProblem(value: unknown): string | undefined {
  if (!Number.isInteger(value)) return `${shown(value)} is not of type 'integer'`;
  return Number(value) > 0 ? undefined : `${shown(value)} is less than or equal to the minimum of 0`;
}

function sizeProblem(value: unknown): string | undefined {
  if (typeof value === 'string') return oneOf(['MAX'])(value);
  if (!Number.isInteger(value)) return noSchemaFits(value);
  return Number(value) >= 0 ? undefined : `${shown(value)} is less than the minimum of 0`;
}

/** Names of disks, or at least two objects of hints. */
function physicalDisksProblem(value: unknown): string | undefined {
  if (!Array.isArray(value)) return noSchemaFits(value);
  const noName = value.findIndex((disk) => typeof disk !== 'string');
  const noHint = value.findIndex((disk) => !isJsonObject(disk));
  if (noName < 0 || (noHint < 0 && value.length >= 2)) return undefined;
  // Ironic tells what is wrong with the first item that fits one of the two forms only.
  if (noName === noHint) return noSchemaFits(value);
  if (noHint < 0 || noName < noHint) return `${shown(value[noName])} is not of type 'string'`;
  return `${shown(value[noHint])} is not of type 'object'`;
}

function noSchemaFits(value: unknown): string {
  return `${shown(value)} is not valid under any of the given schemas`;
}
