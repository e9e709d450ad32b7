import { condition, setHandler } from '@temporalio/workflow';
import { beat, operation, type OperationNews } from '../messages.js';

/** How long to wait, and what it means when that has passed: the Temporal UI shows it beside the timer. */
interface Limit {
  readonly seconds: number;
  readonly summary: string;
}

/**
 * What has been told to a run. The news only wake the flow: what is true is read from the rows, since a signal may be
 * late, repeated, or about something that is over. Make one before the first await.
 */
export class Inbox {
  #count = 0;
  #newest: OperationNews | undefined;

  constructor() {
    setHandler(beat, () => {
      this.#count++;
    });
    setHandler(operation, (news) => {
      this.#count++;
      if (news.number > (this.#newest?.number ?? 0)) this.#newest = news;
    });
  }

  /** Grows with each piece of news. */
  get count(): number {
    return this.#count;
  }

  /** The newest operation anybody has told of. */
  get newest(): OperationNews | undefined {
    return this.#newest;
  }

  /** Resolves when something came after `count`; false when the limit passed first. */
  async changedSince(count: number, limit?: Limit): Promise<boolean> {
    if (limit === undefined) {
      await condition(() => this.#count !== count);
      return true;
    }
    return condition(() => this.#count !== count, limit.seconds * 1000, { summary: limit.summary });
  }
}
