import process from 'node:process';

/** A problem with a remedy: its message is one sentence and all that the reader needs. */
export class SetUpProblem extends Error {
  name = 'SetUpProblem';
}

/** Says what begins and how long it will take, runs it, and says how long it took. */
export async function announce(title, expect, work) {
  const began = process.hrtime.bigint();
  say(`${title} (${expect}) ...`);
  const result = await work();
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  say(`${title}: done in ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`);
  return result;
}

/** A line of the set-up. It goes to stderr, so that the output of a command stays clean. */
export function say(line) {
  const colour = process.stderr.isTTY && !process.env['NO_COLOR'];
  process.stderr.write(colour ? `\u001b[2m[set-up]\u001b[0m ${line}\n` : `[set-up] ${line}\n`);
}
