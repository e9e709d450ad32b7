/** Interfaces whose `fake` implementation may take its time (`<name>_delay` of Ironic's section `[fake]`). */
export const delayedInterfaces = [
  'power',
  'boot',
  'deploy',
  'vendor',
  'management',
  'inspect',
  'raid',
  'bios',
  'storage',
  'rescue',
  'firmware',
] as const;

/** Name of an interface with a fake delay. */
export type DelayedInterface = (typeof delayedInterfaces)[number];

/** How long a fake call lasts, in seconds; equal ends mean always the same. */
export interface DelayRange {
  readonly fromS: number;
  readonly toS: number;
}

/** The delays of all fake interfaces. */
export type FakeDelays = Readonly<Record<DelayedInterface, DelayRange>>;

const none: DelayRange = { fromS: 0, toS: 0 };

/** Fake interfaces that answer at once, which is the default. */
export const noFakeDelays: FakeDelays = {
  power: none,
  boot: none,
  deploy: none,
  vendor: none,
  management: none,
  inspect: none,
  raid: none,
  bios: none,
  storage: none,
  rescue: none,
  firmware: none,
};

/** Is it an interface whose fake may be slow? */
export function isDelayedInterface(name: string): name is DelayedInterface {
  return delayedInterfaces.some((known) => known === name);
}

/**
 * Reads `N` or `a,b` (seconds, as in Ironic drivers/modules/fake.py parse_sleep_range); empty means none.
 * Undefined when it is neither, or when it ends before it begins.
 */
export function parseDelay(text: string): DelayRange | undefined {
  if (text.trim() === '') return none;
  const found = /^\s*(\d{1,6}(?:\.\d+)?)\s*(?:,\s*(\d{1,6}(?:\.\d+)?)\s*)?$/.exec(text);
  if (!found) return undefined;
  const fromS = Number(found[1]);
  const toS = found[2] === undefined ? fromS : Number(found[2]);
  return toS < fromS ? undefined : { fromS, toS };
}

/**
 * One delay in milliseconds: triangular between the ends with its peak at the first, as Ironic draws it.
 * @param random a number from 0 up to 1; a flow gives its own, which replays alike
 */
export function delayMs({ fromS, toS }: DelayRange, random: number): number {
  return Math.round(1_000 * (toS - (toS - fromS) * Math.sqrt(1 - random)));
}

/** The delays of a configuration; what it does not say, or says wrongly (its own check tells), is none. */
export function fakeDelaysFrom(textOf: (name: DelayedInterface) => string | undefined): FakeDelays {
  const read = delayedInterfaces.map((name): [DelayedInterface, DelayRange] => [
    name,
    parseDelay(textOf(name) ?? '') ?? none,
  ]);
  return { ...noFakeDelays, ...Object.fromEntries(read) };
}
