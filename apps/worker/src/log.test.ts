import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { temporalLogger } from './log.js';

function logged(write: (log: ReturnType<typeof temporalLogger>) => void): string {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  write(temporalLogger(pino({ level: 'trace' }, stream)));
  return lines.join('');
}

test('lines of the SDK keep what helps and lose task tokens', () => {
  const line = logged((log) =>
    log.warn('Activity failed', { activityType: 'power.on', workflowId: 'node:1', attempt: 2, taskToken: 'CiQwMW' }),
  );
  expect(JSON.parse(line)).toMatchObject({ level: 40, activityType: 'power.on', workflowId: 'node:1', attempt: 2 });
  expect(line).not.toContain('CiQwMW');
});

test('what every worker of ours says at start is no warning', () => {
  const line = logged((log) => log.warn('No workflows registered, not polling for workflow tasks', { taskQueue: 'x' }));
  expect(JSON.parse(line)).toMatchObject({ level: 20 });
});
