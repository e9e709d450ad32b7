import process from 'node:process';

/** Says what begins and how long it will take, runs it, and says how long it took. As scripts/setup/announce.mjs. */
export async function announce<T>(title: string, expect: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  say(`${title} (${expect}) ...`);
  const result = await work();
  const seconds = (performance.now() - began) / 1000;
  say(`${title}: done in ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`);
  return result;
}

/** A line about preparations. It goes to stderr, so that the output of a command stays clean. */
export function say(line: string): void {
  const mark = process.stderr.isTTY && !process.env['NO_COLOR'] ? '\u001B[2m[set-up]\u001B[0m' : '[set-up]';
  process.stderr.write(`${mark} ${line}\n`);
}
