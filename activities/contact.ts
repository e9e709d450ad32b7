import { AsyncLocalStorage } from 'node:async_hooks';
import type { Json } from '#database/secrets.js';
import { isTemperError } from '#domain/errors.js';

/** What a running activity knows of its own attempt. The heartbeat interceptor provides it. */
export interface Contact {
  /** Aborted when the activity is cancelled, timed out or its worker shuts down; every I/O takes it. */
  readonly signal: AbortSignal;
  /** The same on every attempt of one activity, different for every other activity. */
  readonly key: string;
  /** What the last attempt that got through reported by {@link setProgress}. */
  readonly earlierProgress: Json | undefined;
  /** Kept in the heartbeat details, so that the next attempt and people can read it. Small, and no secrets. */
  setProgress(progress: Json): void;
  /** The other side answered after all: the time without an answer starts anew with the next failure. */
  answered(): void;
  /** Would this failure end the activity, because no retry can help or its limit has been reached? */
  isFinal(error: unknown): boolean;
}

const storage = new AsyncLocalStorage<Contact>();

const alone: Contact = {
  signal: new AbortController().signal,
  key: 'none',
  earlierProgress: undefined,
  setProgress() {},
  answered() {},
  isFinal: (error) => isTemperError(error) && !error.retryable,
};

/** The contact of the running activity; outside of one (in a unit test) a contact that nobody cancels. */
export function currentContact(): Contact {
  return storage.getStore() ?? alone;
}

/** Runs `work` with `contact` as its {@link currentContact}; what it leaves out is as outside of an activity. */
export function withContact<T>(contact: Partial<Contact>, work: () => Promise<T>): Promise<T> {
  return storage.run({ ...alone, ...contact }, work);
}
