import { expect, it } from 'vitest';
import { diskScript, firstScript, nothingScript, unknownScript } from '../../apps/api/src/boot/scripts.js';
import { runIpxe } from '../../apps/fleet/src/ipxe/interpreter.js';
import type { IpxeOutcome } from '../../apps/fleet/src/ipxe/state.js';

/** The first script as a machine with two network cards executes it, until it has asked `answers` out. */
async function boot(answers: Record<string, (string | undefined)[]>) {
  const asked: string[] = [];
  const slept: number[] = [];
  const outcome: IpxeOutcome = await runIpxe('http://boot/boot.ipxe', {
    settings: { 'net0/mac': '52:54:00:00:00:01', 'net1/mac': '52:54:00:00:00:02' },
    async fetch(url, name, args) {
      const card = url.split('/').at(-1) ?? '';
      const [text, ...later] = name === 'boot.ipxe' ? [firstScript('http://boot')] : (answers[card] ?? []);
      if (name !== 'boot.ipxe') asked.push(card);
      if (later.length > 0) answers[card] = later;
      if (text === undefined) return `${url}... Connection refused`;
      return { name, url, bytes: text.length, format: 'script', arguments: args, script: text };
    },
    diskBoots: async () => true,
    print: () => undefined,
    sleep: async (seconds) => void slept.push(seconds),
  });
  return { asked, slept, outcome };
}

const [first, second] = ['52-54-00-00-00-01', '52-54-00-00-00-02'] as const;

it('asks for the next network card when one is not known', async () => {
  const { asked, slept, outcome } = await boot({ [first]: [unknownScript('who?')], [second]: [diskScript('here')] });
  expect(asked).toEqual([first, second]);
  expect(slept).toEqual([]);
  expect(outcome.kind).toBe('disk');
});

it('asks again when nobody answered, and then boots', async () => {
  const refusedTwice = [undefined, undefined, diskScript('here')];
  const { asked, slept, outcome } = await boot({ [first]: [unknownScript('who?')], [second]: refusedTwice });
  expect(asked).toEqual([first, second, first, second, first, second]);
  expect(slept).toEqual([1, 2]);
  expect(outcome.kind).toBe('disk');
});

it('goes on with the next boot device when all are answered and none has something to boot', async () => {
  const { slept, outcome } = await boot({ [first]: [unknownScript('who?')], [second]: [nothingScript('idle')] });
  expect(slept).toEqual([]);
  expect(outcome).toEqual({ kind: 'exit', reason: undefined });
});

it('gives up after a minute of silence', async () => {
  const { slept, outcome } = await boot({});
  expect(slept.reduce((sum, seconds) => sum + seconds)).toBe(55);
  expect(outcome).toEqual({ kind: 'exit', reason: undefined });
});
