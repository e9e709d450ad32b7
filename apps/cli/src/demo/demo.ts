import { setTimeout as delay } from 'node:timers/promises';
import { enroll } from './enroll.js';
import { fetchImages, fetchMachines } from './fleet-client.js';
import { IronicClient, Refused, type DemoNode } from './ironic-client.js';
import { Journey } from './journey.js';
import { stepOf, type LiveView, type ViewLine } from './live-view.js';

const TRY_AGAIN_MS = 1_000;

/** How the demo ended. */
export interface DemoResult {
  readonly active: number;
  readonly total: number;
  readonly failures: readonly string[];
}

/**
 * Enrolls every machine of the fleet and takes it to `active` through the public API, all at once. May be repeated:
 * nodes of an earlier run go on from where they are.
 */
export async function runDemo(
  urls: { readonly api: string; readonly fleet: string },
  view: LiveView,
  wishToStop: AbortSignal,
  lookEveryMs = 1_000,
): Promise<DemoResult> {
  const ironic = new IronicClient(urls.api);
  const images = await fetchImages(urls.fleet);
  const machines = await fetchMachines(urls.fleet);
  await Promise.all(machines.map((machine) => whenNotBusy(() => enroll(ironic, machine, images), wishToStop)));
  const journeys = machines.map(({ name }) => new Journey(name, ironic, images.disk));
  const stopwatch = new Stopwatch();

  for (;;) {
    const nodes = new Map((await ironic.nodes()).map((node) => [node.name, node]));
    const ended = await Promise.all(journeys.map((journey) => advance(journey, nodes.get(journey.name))));
    view.show(journeys.map((journey, i) => viewLine(journey, nodes.get(journey.name), stopwatch, ended[i] === true)));
    if (ended.every(Boolean) || wishToStop.aborted) return resultOf(journeys, ended);
    await delay(lookEveryMs, undefined, { signal: wishToStop }).catch(() => undefined);
  }
}

async function advance(journey: Journey, node: DemoNode | undefined): Promise<boolean> {
  return node ? await journey.advance(node) : true;
}

function viewLine(journey: Journey, node: DemoNode | undefined, stopwatch: Stopwatch, ended: boolean): ViewLine {
  const { name, failure } = journey;
  const elapsedMs = stopwatch.elapsed(name, ended);
  if (!node) return { name, state: 'gone', step: 'deleted by someone else', elapsedMs };
  return { name, state: node.provision_state, step: failure ?? stepOf(node), elapsedMs };
}

function resultOf(journeys: readonly Journey[], ended: readonly boolean[]): DemoResult {
  const failures = journeys.flatMap(({ name, failure }) => (failure === undefined ? [] : [`${name}: ${failure}`]));
  return { active: ended.filter(Boolean).length - failures.length, total: journeys.length, failures };
}

/** Repeats what Ironic's lock refuses: an earlier run's operation may still be at work on the node. */
async function whenNotBusy<T>(work: () => Promise<T>, wishToStop: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 409 || wishToStop.aborted) throw error;
      await delay(TRY_AGAIN_MS);
    }
  }
}

/** How long each node has been under way; it stands still when the node has arrived. */
class Stopwatch {
  readonly #began = performance.now();
  readonly #stopped = new Map<string, number>();

  elapsed(name: string, ended: boolean): number {
    const now = performance.now() - this.#began;
    if (!ended) return now;
    const stopped = this.#stopped.get(name) ?? now;
    this.#stopped.set(name, stopped);
    return stopped;
  }
}
