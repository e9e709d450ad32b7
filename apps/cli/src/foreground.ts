import process from 'node:process';
import type { UpConfig } from './config.js';
import { up, type Up } from './up.js';

/** With this long for everything, the last is killed (the promise to whoever sent the signal is 15 s). */
const STOP_WITHIN_MS = 14_000;

/**
 * `temper up`: runs until SIGINT or SIGTERM, then stops everything in order. A second signal kills what is left.
 *
 * @param then what to do once all is ready; when it resolves to true, everything is stopped as if by a signal
 */
export async function runInForeground(
  config: UpConfig,
  then: (running: Up, wishToStop: AbortSignal) => Promise<boolean> = async () => false,
): Promise<void> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  // To stderr, so that the last line of a demo's output is its result.
  const sayAside = (line: string): void => void process.stderr.write(`${line}\n`);
  const signals = listenForSignals();
  say(`starting in ${config.homeDir}`);
  const running = await up(config, say, signals.first);
  say(`ready ${running.apiUrl}${running.temporalUiUrl ? `  Temporal UI ${running.temporalUiUrl}` : ''}`);
  try {
    const done = signals.first.aborted || (await then(running, signals.first));
    if (!done) await signals.received;
  } finally {
    sayAside('stopping ...');
    await running.stop(AbortSignal.any([signals.second, AbortSignal.timeout(STOP_WITHIN_MS)]), sayAside);
    sayAside('stopped');
  }
}

interface Signals {
  /** Fires at the first signal: stop in order. */
  readonly first: AbortSignal;
  /** Fires at the second one: hurry. */
  readonly second: AbortSignal;
  readonly received: Promise<void>;
}

function listenForSignals(): Signals {
  const first = new AbortController();
  const second = new AbortController();
  const received = new Promise<void>((resolve) => {
    first.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const onSignal = (): void => (first.signal.aborted ? second : first).abort();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  return { first: first.signal, second: second.signal, received };
}
