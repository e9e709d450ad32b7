import { Inject, Injectable } from '@nestjs/common';
import type { Database, Transaction } from '#database/client.js';
import type { DeployTemplate } from '#database/generated/client.js';
import type { SecretBox } from '#database/secrets.js';
import type { UserStep } from '#domain/steps.js';
import type { Call } from '../http/call.js';
import { findByUuidOrName, type UuidOrName } from '../resource/one.js';
import { openedSteps, userSteps } from '../resource/stored-steps.js';
import { DATABASE, SECRETS } from '../tokens.js';

/** A template whose steps are to be run. */
export interface UsableTemplate {
  readonly uuid: string;
  readonly name: string;
  /** Each with its priority; secrets among the arguments are opened. */
  readonly steps: readonly UserStep[];
}

/** Finds deploy templates: the one that a path names, and those that an instance asks for. */
@Injectable()
export class DeployTemplateFinder {
  readonly #database: Database;
  readonly #secrets: SecretBox;

  constructor(@Inject(DATABASE) database: Database, @Inject(SECRETS) secrets: SecretBox) {
    this.#database = database;
    this.#secrets = secrets;
  }

  /** @throws ApiError 404 when there is none */
  row(ident: string, call: Call): Promise<DeployTemplate> {
    const find = (where: UuidOrName) => this.#database.deployTemplate.findUnique({ where });
    return findByUuidOrName('Deploy template', ident, find, call);
  }

  /**
   * The templates whose name is among the traits of an instance (`instance_info.traits`), oldest first, as Ironic
   * applies them.
   * @param rows the transaction of a caller who holds a lock, which must not wait for a second connection
   */
  async forTraits(
    traits: Iterable<string>,
    rows: Pick<Transaction, 'deployTemplate'> = this.#database,
  ): Promise<readonly UsableTemplate[]> {
    const names = [...new Set(traits)];
    if (names.length === 0) return [];
    const found = await rows.deployTemplate.findMany({
      where: { name: { in: names } },
      orderBy: { id: 'asc' },
    });
    return found.map(({ uuid, name, steps }) => ({ uuid, name, steps: userSteps(openedSteps(steps, this.#secrets)) }));
  }
}
