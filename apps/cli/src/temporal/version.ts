/** The oldest that is known to work: the CLI, and the server inside it. */
export const OLDEST_CLI = '1.5.1';
export const OLDEST_SERVER = '1.29.1';

/** What `temporal --version` said. */
export interface CliVersion {
  readonly cli: string;
  readonly server: string;
}

/** Reads `temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)`; undefined when it is something else. */
export function parseCliVersion(output: string): CliVersion | undefined {
  const match = /temporal version (\S+) \(Server ([\d.]+)/.exec(output);
  return match?.[1] && match[2] ? { cli: match[1], server: match[2] } : undefined;
}

/** One that was built from source calls itself 0.0.0-DEV; then the server inside counts. */
export function isNewEnough({ cli, server }: CliVersion): boolean {
  return compareVersions(cli, OLDEST_CLI) >= 0 || (cli.endsWith('-DEV') && compareVersions(server, OLDEST_SERVER) >= 0);
}

/** Negative when `a` is older than `b`. Compares the numbers, ignores what follows a hyphen. */
export function compareVersions(a: string, b: string): number {
  const numbers = (version: string): readonly number[] => (version.split('-')[0] ?? '').split('.').map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
