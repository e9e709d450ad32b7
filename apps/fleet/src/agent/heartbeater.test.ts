import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { timings } from '../timings.js';
import { Heartbeater } from './heartbeater.js';

const TIMEOUT_S = 300;
let life = new AbortController();
beforeEach(() => {
  life = new AbortController();
  vi.useFakeTimers();
});
afterEach(() => {
  life.abort();
  vi.useRealTimers();
});

/** A heartbeater at real-time scale that records when, in seconds, it sent; `answers` are used up, then all succeed. */
function start(answers: boolean[] = []) {
  const sent: number[] = [];
  const begin = Date.now();
  const heartbeater = new Heartbeater(TIMEOUT_S, timings(), life.signal, async () => {
    sent.push((Date.now() - begin) / 1000);
    return answers.shift() ?? true;
  });
  heartbeater.start();
  return { heartbeater, sent };
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);

describe('Heartbeater', () => {
  it('sends at once, then after 0.3 to 0.6 of the time-out each time', async () => {
    const { sent } = start();
    await seconds(1000);
    expect(sent[0]).toBe(0);
    const gaps = sent.slice(1).map((at, index) => at - (sent[index] ?? 0));
    expect(gaps.length).toBeGreaterThanOrEqual(5);
    for (const gap of gaps) expect(gap >= 90 && gap <= 180).toBe(true);
  });

  it('tries again 5 to 10 s after a heartbeat that failed', async () => {
    const { sent } = start([false, false]);
    await seconds(21);
    expect(sent).toHaveLength(3);
    expect(sent[1]).toBeGreaterThanOrEqual(5);
  });

  it('sends within 5 s when forced', async () => {
    const { heartbeater, sent } = start();
    await seconds(20);
    heartbeater.force();
    await seconds(5.1);
    expect(sent).toHaveLength(2);
  });

  it('keeps 5 s between a heartbeat and a forced one', async () => {
    const { heartbeater, sent } = start();
    await seconds(1);
    heartbeater.force();
    await seconds(3.9);
    expect(sent).toHaveLength(1);
    await seconds(2);
    expect(sent).toHaveLength(2);
  });

  it('does not lose a heartbeat that is asked for while one is on its way', async () => {
    let finish: (accepted: boolean) => void = () => undefined;
    let count = 0;
    const send = () => {
      count++;
      return new Promise<boolean>((resolve) => (finish = resolve));
    };
    const heartbeater = new Heartbeater(TIMEOUT_S, timings(), life.signal, send);
    heartbeater.start();
    await seconds(0);
    heartbeater.force();
    finish(true);
    await seconds(11);
    expect(count).toBe(2);
  });

  it('sends no more once the agent has ended', async () => {
    const { heartbeater, sent } = start();
    await seconds(1);
    life.abort();
    heartbeater.force();
    await seconds(1000);
    expect(sent).toHaveLength(1);
  });
});
