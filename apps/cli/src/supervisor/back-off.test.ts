import { expect, it } from 'vitest';
import { HEALTHY_MS, nextDelay } from './back-off.js';

function delays(healthyMs: readonly number[]): readonly number[] {
  let waitMs = 0;
  return healthyMs.map((healthy) => (waitMs = nextDelay(waitMs, healthy)));
}

it('doubles the wait of a child that keeps dying, up to 5 s', () => {
  expect(delays([0, 0, 0, 0, 0, 0, 0])).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
});

it('starts a child at once again after 10 s of health', () => {
  expect(delays([0, 0, 0, HEALTHY_MS, 0])).toEqual([250, 500, 1000, 250, 500]);
});

it('does not count a shorter health', () => {
  expect(delays([0, 0, HEALTHY_MS - 1])).toEqual([250, 500, 1000]);
});
