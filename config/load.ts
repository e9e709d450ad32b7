import { existsSync } from 'node:fs';
import path from 'node:path';
import { unknownVariables, valuesOf, type Environment } from './environment.js';
import { didYouMean } from './did-you-mean.js';
import { readConfigFile, type FileContent } from './file.js';
import { ConfigError, type ConfigProblem } from './problem.js';
import { configSchema, options, sectionNames, type Config } from './schema.js';

/** Where a value came from. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly file: string; readonly line: number | undefined }
  | { readonly kind: 'environment'; readonly variable: string };

/** The configuration in force, and where each value of it came from. */
export interface Loaded {
  readonly config: Config;
  /** By `section.key`. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** The file that was read, if there was one. */
  readonly file: string | undefined;
}

/** Where to look, and what must be there. */
export interface LoadOptions {
  readonly env: Environment;
  /** Named by an option of the command; wins over `TEMPER_CONFIG`. */
  readonly file?: string | undefined;
  /** Its `temper.yaml` is read when no file is named. */
  readonly homeDir?: string | undefined;
  /** Paths of options without a default that this program cannot do without. */
  readonly required?: readonly string[];
}

/** The origin as people write it: `temper.yaml:12`, `TEMPER_API_PORT`; undefined for a default. */
export function placeOf(origin: Origin | undefined): string | undefined {
  if (origin === undefined || origin.kind === 'default') return undefined;
  if (origin.kind === 'environment') return origin.variable;
  return origin.line === undefined ? origin.file : `${origin.file}:${origin.line}`;
}

/**
 * Reads the file and lays the environment over it.
 * @throws ConfigError with all problems at once
 */
export function loadConfig({ env, file: named, homeDir, required = [] }: LoadOptions): Loaded {
  const file = named ?? (env['TEMPER_CONFIG'] || undefined) ?? fileOfHome(homeDir);
  const content = file === undefined ? undefined : readConfigFile(file);
  return composed({ env, content, file, required });
}

/** As {@link loadConfig}, of what a file says. @throws ConfigError with all problems at once */
export function composed({
  env,
  content,
  file,
  required = [],
}: {
  readonly env: Environment;
  readonly content: FileContent | undefined;
  readonly file: string | undefined;
  readonly required?: readonly string[];
}): Loaded {
  const problems: ConfigProblem[] = [...(content?.problems ?? [])];
  const raw: Record<string, Record<string, unknown>> = Object.fromEntries(sectionNames.map((name) => [name, {}]));
  const origins = new Map<string, Origin>(options.map((option) => [option.path, { kind: 'default' }]));

  if (content && file !== undefined) {
    problems.push(...unknownKeys(content, file));
    for (const { section, key, value, line } of content.values) {
      const path = `${section}.${key}`;
      // A key with nothing behind it says nothing.
      if (!origins.has(path) || value === undefined || value === null) continue;
      (raw[section] ??= {})[key] = value;
      origins.set(path, { kind: 'file', file, line });
    }
  }
  for (const { option, variable, value } of valuesOf(env)) {
    (raw[option.section] ??= {})[option.key] = value;
    origins.set(option.path, { kind: 'environment', variable });
  }
  const known = options.flatMap((option) => option.env);
  for (const variable of unknownVariables(env, sectionNames)) {
    problems.push({ path: '', place: variable, text: `sets nothing${hint(variable, known)}` });
  }

  const parsed = configSchema.safeParse(raw);
  for (const issue of parsed.error?.issues ?? []) {
    const path = issue.path.slice(0, 2).join('.');
    problems.push({ path, place: placeOf(origins.get(path)), text: issue.message.replace(/\.$/, '') });
  }
  for (const option of options.filter(({ path }) => required.includes(path))) {
    if (raw[option.section]?.[option.key] !== undefined) continue;
    const text = `is missing; set it in temper.yaml or by ${option.env.at(-1)}`;
    problems.push({ path: option.path, place: undefined, text });
  }
  if (problems.length > 0 || !parsed.success) throw new ConfigError(inOrder(problems));
  return { config: frozen(parsed.data), origins, file };
}

/** The value of an option that was `required`. */
export function present(value: string | undefined): string {
  if (value === undefined) throw new Error('An option is used as required that was not loaded as such.');
  return value;
}

/** A home's own file, when it is there. */
function fileOfHome(homeDir: string | undefined): string | undefined {
  const file = homeDir === undefined ? undefined : path.join(homeDir, 'temper.yaml');
  return file !== undefined && existsSync(file) ? file : undefined;
}

function unknownKeys({ values, sections }: FileContent, file: string): readonly ConfigProblem[] {
  const place = (line: number | undefined) => placeOf({ kind: 'file', file, line });
  const problems: ConfigProblem[] = [];
  for (const [section, line] of sections) {
    if (sectionNames.includes(section)) continue;
    problems.push({ path: section, place: place(line), text: `is no section${hint(section, sectionNames)}` });
  }
  for (const { section, key, line } of values) {
    const known = options.filter((option) => option.section === section).map((option) => option.key);
    if (known.length === 0 || known.includes(key)) continue;
    const text = `is no key of this section${hint(key, known) || elsewhere(key)}`;
    problems.push({ path: `${section}.${key}`, place: place(line), text });
  }
  return problems;
}

function hint(word: string, known: readonly string[]): string {
  const meant = didYouMean(word, known);
  return meant === undefined ? '' : `; did you mean ${meant}`;
}

/** The key may stand in the wrong section. */
function elsewhere(key: string): string {
  const found = options.find((option) => option.key === key);
  return found ? `; it belongs to ${found.section}` : '';
}

/** Problems of the file by line, then the others. */
function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const line = ({ place }: ConfigProblem) => Number(/:(\d+)$/.exec(place ?? '')?.[1] ?? Infinity);
  return problems.toSorted((a, b) => (line(a) === line(b) ? 0 : line(a) - line(b)));
}

function frozen<Value extends object>(value: Value): Value {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) frozen(inner);
  return Object.freeze(value);
}
