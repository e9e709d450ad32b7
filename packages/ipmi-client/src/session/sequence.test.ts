import { describe, expect, it } from 'vitest';
import { SequenceCounter, SequenceWindow } from './sequence.js';

describe('session sequence numbers', () => {
  it('start at 1 and skip 0 when they wrap', () => {
    const fresh = new SequenceCounter();
    expect([fresh.next(), fresh.next()]).toEqual([1, 2]);
    const old = new SequenceCounter(0xfffffffe);
    expect([old.next(), old.next(), old.next()]).toEqual([0xffffffff, 1, 2]);
  });
});

describe('the window of a receiver', () => {
  it('takes each number once, in any order', () => {
    const window = new SequenceWindow();
    expect([1, 3, 2, 3, 1, 2].map((number) => window.accept(number))).toEqual([true, true, true, false, false, false]);
  });

  it('reaches 15 ahead and 16 behind', () => {
    const window = new SequenceWindow(100);
    expect(window.accept(116)).toBe(false);
    expect(window.accept(115)).toBe(true);
    const later = new SequenceWindow();
    for (const number of [15, 30, 40]) expect(later.accept(number)).toBe(true);
    expect(later.accept(23)).toBe(false);
    expect(later.accept(24)).toBe(true);
    expect(later.accept(24)).toBe(false);
  });

  it('refuses 0, and anything from before the first packet', () => {
    const window = new SequenceWindow();
    for (const number of [0, 0xffffffff, 0xfffffffe, 0xfffffff0]) expect(window.accept(number)).toBe(false);
    expect(window.accept(3)).toBe(true); // ipmitool's first number
  });

  it('goes on across the wrap', () => {
    const window = new SequenceWindow(0xfffffffe);
    expect([0xffffffff, 1, 2, 0xffffffff, 1].map((number) => window.accept(number))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
