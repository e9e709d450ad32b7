import { messageOf } from '../problem.js';
import type { Image } from './fleet-client.js';
import { Refused, type DemoNode, type IronicClient } from './ironic-client.js';
import { stepOf } from './live-view.js';
import { pathToActive, wayOut } from './path-to-active.js';

/** So many times the same thing is asked for before a node counts as failed. */
const ATTEMPTS = 3;

/** A simulated machine boots in seconds; a wait that shows nothing new for so long is given up. */
const STUCK_AFTER_MS = 90_000;

/** Takes one node to `active`, verb by verb, as an operator with patience would. */
export class Journey {
  readonly name: string;
  readonly #ironic: IronicClient;
  readonly #image: Image;
  readonly #asked = new Map<string, number>();
  readonly #now: () => number;
  #seen = { what: '', since: 0 };
  #failure: string | undefined;

  constructor(name: string, ironic: IronicClient, image: Image, now: () => number = () => performance.now()) {
    this.name = name;
    this.#ironic = ironic;
    this.#image = image;
    this.#now = now;
  }

  /** Why it was given up, or undefined. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Does what is next for the node as it is now. @returns whether the journey has ended, well or not */
  async advance(node: DemoNode): Promise<boolean> {
    if (this.#failure !== undefined) return true;
    const next = pathToActive[node.provision_state];
    if (next === 'arrived') return true;
    if (next === 'wait') {
      await this.#mindStuck(node);
      return false;
    }
    const times = (this.#asked.get(next.ask) ?? 0) + 1;
    if (times > ATTEMPTS) {
      this.#failure = node.last_error ?? `"${next.ask}" was asked for ${ATTEMPTS} times without success`;
      return true;
    }
    if (await this.#ask(node, next.ask, next.needsImage)) this.#asked.set(next.ask, times);
    return this.#failure !== undefined;
  }

  async #mindStuck(node: DemoNode): Promise<void> {
    const what = `${node.provision_state} ${stepOf(node)}`;
    if (what !== this.#seen.what) this.#seen = { what, since: this.#now() };
    const out = wayOut[node.provision_state];
    if (out === undefined || this.#now() - this.#seen.since < STUCK_AFTER_MS) return;
    await this.#ask(node, out, false);
    this.#seen = { what, since: this.#now() };
  }

  /** @returns whether the verb was accepted */
  async #ask(node: DemoNode, target: string, needsImage: boolean): Promise<boolean> {
    try {
      if (node.maintenance) await this.#ironic.endMaintenance(node.uuid);
      if (needsImage) await this.#chooseImage(node);
      await this.#ironic.provision(node.uuid, target);
      return true;
    } catch (error) {
      // 409: something else works on the node; 503: no worker yet. Both pass.
      const passes = error instanceof Refused && (error.status === 409 || error.status === 503);
      if (!passes) this.#failure = messageOf(error);
      return false;
    }
  }

  async #chooseImage(node: DemoNode): Promise<void> {
    const { url, sha256 } = this.#image;
    const values = { image_source: url, image_os_hash_algo: 'sha256', image_os_hash_value: sha256 };
    await this.#ironic.patchNode(
      node.uuid,
      Object.entries(values).map(([key, value]) => ({ op: 'add', path: `/instance_info/${key}`, value })),
    );
  }
}
