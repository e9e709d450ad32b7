import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** JSON as read. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** One request of a case and what is compared of its answer (the format of the differential tester's case files). */
export interface Step {
  readonly do: string;
  /** Microversion; over the case's. */
  readonly v?: string;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly body?: Json;
  readonly raw?: Json;
  /** Names for values of the answer: a dotted path, or `header:<name>`. */
  readonly save?: Readonly<Record<string, string>>;
  /** A GET is repeated until all paths hold one of the values. */
  readonly until?: Readonly<Record<string, Json>>;
  readonly timeout?: number;
  readonly sleep?: number;
  readonly expect?: number;
  readonly cmp?: readonly string[];
  readonly hdr?: readonly string[];
  readonly eq?: readonly string[];
  readonly is?: Readonly<Record<string, Json>>;
  readonly ignore?: readonly string[];
  readonly opaque?: readonly string[];
  readonly unordered?: boolean;
  readonly note?: string;
}

/** A script of requests that is sent to two servers. */
export interface Case {
  readonly about: string;
  readonly v?: string;
  readonly vars?: Readonly<Record<string, string>>;
  readonly ignore?: readonly string[];
  readonly opaque?: readonly string[];
  readonly steps: readonly Step[];
  readonly cleanup?: readonly Step[];
}

/** Values by name, different for each server. */
export type Variables = Readonly<Record<string, Json>>;

/** What a server said to one step. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: string;
  readonly variables: Variables;
  readonly base: string;
  /** False when `until` was not reached in time. */
  readonly reached?: boolean;
}

interface Recording {
  readonly base: string;
  readonly answers: readonly (Pick<Answer, 'status' | 'headers' | 'raw'> & { readonly newVariables: Variables })[];
}

/** The cases that this repository has, with recordings of Ironic's answers. */
export const caseNames = [
  'versions',
  'nodes-create',
  'nodes-list',
  'nodes-patch',
  'ports',
  'walk-deploy',
  'chassis',
  'portgroups',
  'deploy-templates',
  'runbooks',
  'volume',
  'allocations',
  'inspection-rules',
  'node-sub',
  'node-management',
  'drivers-etc',
  'walk-clean',
  'walk-inspect-adopt',
  'walk-rescue',
  'walk-service',
  'walk-wait',
] as const;
/** Those that need workers, since nodes move in them. */
export const flowCases: readonly string[] = [
  'walk-deploy',
  'runbooks',
  'volume',
  'allocations',
  'node-management',
  'walk-clean',
  'walk-inspect-adopt',
  'walk-rescue',
  'walk-service',
  'walk-wait',
];

/** Reads a case file. */
export function readCase(name: string): Case {
  return readJson<Case>(`cases/${name}.json`);
}

/** Ironic's answers to a case, step by step. */
export function readRecording(name: string): readonly Answer[] {
  const { base, answers } = readJson<Recording>(`recordings/${name}.json`);
  let variables: Variables = {};
  return answers.map(({ status, headers, raw, newVariables }) => {
    variables = { ...variables, ...newVariables };
    return { status, headers, raw, variables, base };
  });
}

function readJson<Content>(file: string): Content {
  const folder = path.dirname(fileURLToPath(import.meta.url));
  // The files are part of this repository; their form is that of the types above.
  return JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Content;
}
