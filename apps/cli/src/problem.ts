/**
 * A problem that its reader can solve: the message is one sentence that says what failed, on what, and what to do.
 * The command prints it without a stack and exits with code 1.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** The system's code of an error (`ENOENT`, `EADDRINUSE`), or undefined. */
export function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** What the command prints about whatever was thrown: one sentence, or everything about what nobody foresaw. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof Problem || error.name === 'MigrationError') return error.message;
  if (codeOf(error) === 'ENOSPC') return `The disk is full (${error.message}): free some space and start again.`;
  return error.stack ?? error.message;
}
