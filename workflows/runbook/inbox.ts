import { condition, setHandler } from '@temporalio/workflow';
import { beat, operation, type OperationNews } from '../messages.js';

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

  /** Resolves when something came after `count`; false when `timeoutS` passed first. */
  async changedSince(count: number, timeoutS?: number): Promise<boolean> {
    if (timeoutS === undefined) {
      await condition(() => this.#count !== count);
      return true;
    }
    return condition(() => this.#count !== count, timeoutS * 1000);
  }
}
