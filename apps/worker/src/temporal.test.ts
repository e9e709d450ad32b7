import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { untilReached } from './temporal.js';

const lines: string[] = [];
const log = pino(
  new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  }),
);

test('a server that is away is tried until it answers, and each try is told', async () => {
  let tries = 0;
  const connect = async (): Promise<string> => {
    tries++;
    if (tries < 3) throw new Error('connection refused');
    return 'connected';
  };
  const { signal } = new AbortController();
  const reached = untilReached('Temporal at 127.0.0.1:7233', log, signal, connect, { firstMs: 1, longestMs: 1 });
  expect(await reached).toBe('connected');
  expect(lines.filter((line) => line.includes('Temporal at 127.0.0.1:7233 cannot be reached'))).toHaveLength(2);
});

test('a worker that is stopped meanwhile stops trying', async () => {
  const stop = new AbortController();
  const reached = untilReached('Temporal', log, stop.signal, async () => {
    stop.abort(new Error('stopped'));
    throw new Error('connection refused');
  });
  await expect(reached).rejects.toThrow('stopped');
});
