import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const identity = z.object({ pid: z.number().int(), startedAt: z.string() });

const child = z.object({
  status: z.enum(['starting', 'ready', 'backing off', 'stopping', 'stopped']),
  process: identity.optional(),
  /** Times that it was started again in this run of the supervisor. */
  restarts: z.number().int(),
  /** When `status` began, ISO 8601. */
  since: z.string(),
  /** Where it answers, for people. */
  address: z.string().optional(),
});

const state = z.object({
  /** Ports that were chosen at the first start and are kept while they are free. */
  ports: z.record(z.string(), z.number().int()).default({}),
  supervisor: identity.optional(),
  urls: z.object({ api: z.string(), temporalUi: z.string().optional() }).optional(),
  children: z.record(z.string(), child).default({}),
});

export type State = z.infer<typeof state>;
export type ChildState = z.infer<typeof child>;

/** What the home's supervisor last wrote; an empty state when there is none or it cannot be read. */
export function readState(file: string): State {
  try {
    return state.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return state.parse({});
  }
}

/** Replaces the file in one step, so that a reader never sees half of it. */
export function writeState(file: string, value: State): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(value, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}
