/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  /** `section.key`, or empty when it is the file as a whole. */
  readonly path: string;
  /** Where the value came from, for people: `temper.yaml:12`, `TEMPER_API_PORT`. */
  readonly place: string | undefined;
  /** The end of the sentence that begins with the path. Never holds a value. */
  readonly text: string;
}

/** The configuration does not suit. The message lists every problem, a sentence each, and no value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(sentenceOf).join('\n'));
    this.problems = problems;
  }
}

/** The problem as one sentence. */
export function sentenceOf({ path, place, text }: ConfigProblem): string {
  const subject = path === '' ? (place ?? '') : place === undefined ? path : `${path} (${place})`;
  return `${subject}: ${text}.`;
}

/** What a program that cannot start for it prints: which program, and every problem on a line of its own. */
export function startProblem(program: string, { problems }: ConfigError): string {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return [`${program} cannot start, because its configuration has ${count}:`, ...problems.map(sentenceOf)].join('\n  ');
}
