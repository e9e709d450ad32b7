import { describe, expect, it } from 'vitest';
import { delayMs, parseDelay } from './fake-delays.js';

describe('fake delays', () => {
  it.for([
    ['', { fromS: 0, toS: 0 }],
    ['0', { fromS: 0, toS: 0 }],
    ['7', { fromS: 7, toS: 7 }],
    ['1,5', { fromS: 1, toS: 5 }],
    [' 1 , 5 ', { fromS: 1, toS: 5 }],
    ['5,1', undefined],
    ['-1', undefined],
    ['1.5', { fromS: 1.5, toS: 1.5 }],
    ['1.', undefined],
    ['1,2,3', undefined],
    ['soon', undefined],
  ] as const)('"%s" is read as %j', ([text, range]) => {
    expect(parseDelay(text)).toEqual(range);
  });

  it('stay between their ends and come more often near the first', () => {
    const range = { fromS: 2, toS: 10 };
    const drawn = Array.from({ length: 1_000 }, (_, at) => delayMs(range, at / 1_000));
    expect(Math.min(...drawn)).toBe(2_000);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(10_000);
    const nearer = drawn.filter((ms) => ms < 6_000).length;
    expect(nearer).toBeGreaterThan(700);
  });

  it('of one number are always that', () => {
    expect(delayMs({ fromS: 3, toS: 3 }, 0.7)).toBe(3_000);
  });
});
