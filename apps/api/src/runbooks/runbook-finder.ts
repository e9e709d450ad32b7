import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '#database/client.js';
import type { SecretBox } from '#database/secrets.js';
import type { RuleName } from '#domain/access-rules.js';
import type { UserStep } from '#domain/steps.js';
import type { Call } from '../http/call.js';
import { findByUuidOrName } from '../resource/one.js';
import { openedSteps, userSteps } from '../resource/stored-steps.js';
import { DATABASE, SECRETS } from '../tokens.js';
import { runbookParts, type RunbookRow } from './runbook.view.js';

/** A runbook that a verb names. Whether a node may use it is for the verb to say. */
export interface UsableRunbook {
  readonly uuid: string;
  readonly name: string;
  readonly owner: string | null;
  readonly public: boolean;
  /** Takes the place of the request's. */
  readonly disableRamdisk: boolean;
  /** In alphabetical order. From 1.112 on a node needs one of them, before that the runbook's name. */
  readonly traits: readonly string[];
  /** By their order; secrets among the arguments are opened. */
  readonly steps: readonly UserStep[];
}

/** Finds runbooks by UUID or name. */
@Injectable()
export class RunbookFinder {
  readonly #database: Database;
  readonly #secrets: SecretBox;

  constructor(@Inject(DATABASE) database: Database, @Inject(SECRETS) secrets: SecretBox) {
    this.#database = database;
    this.#secrets = secrets;
  }

  /**
   * @param rules asked instead of the handler's own
   * @throws ApiError 404 when there is none, 403 when a rule does not allow it
   */
  async row(ident: string, call: Call, rules?: readonly RuleName[]): Promise<RunbookRow> {
    const runbook = await findByUuidOrName('Runbook', ident, (where) =>
      this.#database.runbook.findUnique({ where, include: runbookParts }),
    );
    call.access.runbook(runbook, rules);
    return runbook;
  }

  /** The same to show it: a public one everybody may read. */
  async shown(ident: string, call: Call): Promise<RunbookRow> {
    const runbook = await this.row(ident, call, []);
    if (!runbook.public) call.access.runbook(runbook);
    return runbook;
  }

  /**
   * What a verb needs of the runbook that a request names.
   * @throws ApiError 404 when there is none, 403 when the caller may not use it
   */
  async usable(ident: string, call: Call): Promise<UsableRunbook> {
    return usableOf(await this.row(ident, call, ['baremetal:runbook:use']), this.#secrets);
  }
}

/** What is there to be run of a runbook. */
export function usableOf(runbook: RunbookRow, secrets: SecretBox): UsableRunbook {
  // Stable: steps of equal order stay as they were given.
  const steps = openedSteps(runbook.steps, secrets).toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0));
  return {
    uuid: runbook.uuid,
    name: runbook.name,
    owner: runbook.owner,
    public: runbook.public,
    disableRamdisk: runbook.disableRamdisk,
    traits: runbook.traits.map(({ trait }) => trait),
    steps: userSteps(steps),
  };
}
