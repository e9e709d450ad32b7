import type { Logger as TemporalLogger, LogLevel, LogMetadata } from '@temporalio/worker';
import type { Logger } from 'pino';
import { maskSecretText } from '#domain/secrets.js';
import { shownError } from '#domain/shown-error.js';

/** Attributes of the SDK that say something to the reader of a log; the rest is noise, or as good as a password. */
const shown = [
  'taskQueue',
  'activityType',
  'activityId',
  'attempt',
  'workflowId',
  'workflowType',
  'state',
  'durationMs',
];

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** The SDK warns of workers without flows, which two of ours are on purpose. */
const expected = /^No (workflows|Nexus services) registered/;

/** The SDK's log as lines of ours. */
export function temporalLogger(log: Logger): TemporalLogger {
  const write = (given: LogLevel, message: string, meta?: LogMetadata): void => {
    const level = expected.test(message) ? 'DEBUG' : given;
    const attributes = Object.fromEntries(
      shown.flatMap((key) => (meta?.[key] === undefined ? [] : [[key, meta[key]]])),
    );
    const error = meta?.['error'];
    log[levels[level]](
      { ...attributes, ...(error === undefined ? {} : { error: shownError(error) }) },
      maskSecretText(message),
    );
  };
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}
