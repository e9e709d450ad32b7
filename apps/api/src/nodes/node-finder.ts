import { Inject, Injectable } from '@nestjs/common';
import type { Database, Transaction } from '#database/client.js';
import { isLocked, lockNode, type LockedNode } from '#database/operations.js';
import type { RuleName } from '#domain/access-rules.js';
import { allows } from '#domain/microversions.js';
import type { Owned } from '../auth/access.js';
import { ConductorsService } from '../conductors/conductors.service.js';
import { invalid, nodeLocked, notFound, routingError } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { asUuid, isHostName, isLogicalName } from '../resource/names.js';
import { DATABASE } from '../tokens.js';
import { readNode } from './node-reader.js';
import type { NodeRow } from './node.rows.js';

const identityColumns = { id: true, uuid: true, owner: true, lessee: true } as const;

/** The least that is known of a node that was found. */
export interface NodeIdentity extends Owned {
  readonly id: number;
  readonly uuid: string;
}

/** How often and how far apart a lock is tried (Ironic `[conductor]node_locked_retry_*`). */
const lockRetries = { attempts: 3, pauseMs: 1_000 };

/**
 * Finds the node that a path names, by UUID or, from 1.5 on, by name, and asks whether the caller may: a node that they
 * may not read does not exist for them. `rules` are asked instead of the handler's own.
 */
@Injectable()
export class NodeFinder {
  readonly #database: Database;
  readonly #conductors: ConductorsService;

  constructor(@Inject(DATABASE) database: Database, @Inject(ConductorsService) conductors: ConductorsService) {
    this.#database = database;
    this.#conductors = conductors;
  }

  /** @throws ApiError 404 when there is none, 400 when the path can name no node, 403 when a rule does not allow it */
  async row(ident: string, call: Call, rules?: readonly RuleName[]): Promise<NodeRow> {
    refuseIdent(ident);
    for (const candidate of candidates(ident, call)) {
      const where = whereIdent(candidate, call.minor);
      const node = where && (await readNode(this.#database, where));
      if (!node) continue;
      call.access.node(node, () => nodeNotFound(ident), rules);
      return node;
    }
    throw nodeNotFound(ident);
  }

  /** Only the UUID, for callers that lock afterwards or read other tables. */
  async uuid(ident: string, call: Call, rules?: readonly RuleName[]): Promise<string> {
    return (await this.identity(ident, call, rules)).uuid;
  }

  /** The keys of the node, and whom it belongs to. */
  async identity(ident: string, call: Call, rules?: readonly RuleName[]): Promise<NodeIdentity> {
    const node = await this.unasked(ident, call);
    if (!node) throw nodeNotFound(ident);
    call.access.node(node, () => nodeNotFound(ident), rules);
    return node;
  }

  /**
   * The node of a list's filter: one that the caller may not read is found, and the list is narrowed to what they may.
   * @throws ApiError 404 when there is none
   */
  async ofFilter(ident: string, call: Call): Promise<NodeIdentity> {
    const node = await this.unasked(ident, call);
    if (!node) throw nodeNotFound(ident);
    return node;
  }

  /** The same whoever the caller is; undefined when there is none. What they may is for whoever calls this to ask. */
  async unasked(ident: string, call: Call): Promise<NodeIdentity | undefined> {
    refuseIdent(ident);
    for (const candidate of candidates(ident, call)) {
      const where = whereIdent(candidate, call.minor);
      const node = where && (await this.#database.node.findUnique({ where, select: identityColumns }));
      if (node) return node;
    }
    return undefined;
  }

  /**
   * Runs `work` in one transaction with the node's row locked.
   * @throws ApiError 404 when the node has gone meanwhile
   */
  async locked<Result>(uuid: string, work: (tx: Transaction, locked: LockedNode) => Promise<Result>): Promise<Result> {
    return this.#database.$transaction(async (tx) => {
      const locked = await lockNode(tx, uuid);
      if (!locked) throw nodeNotFound(uuid);
      return work(tx, locked);
    });
  }

  /**
   * The same for changes that Ironic makes only on a node without running work: a node that is locked is tried again
   * a few times, as short work such as a power change ends soon.
   * @param refuse asked with the row locked before its lock is looked at; throws what is wrong whatever the lock
   * @throws ApiError 409 when it stays locked
   */
  async exclusive<Result>(
    uuid: string,
    work: (tx: Transaction, locked: LockedNode) => Promise<Result>,
    refuse: (locked: LockedNode) => void = () => undefined,
  ): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.locked(uuid, async (tx, locked) => {
        refuse(locked);
        if (isLocked(locked)) return { busy: locked.node.conductorGroup };
        return { done: await work(tx, locked) };
      });
      if ('done' in outcome) return outcome.done;
      if (attempt === lockRetries.attempts) throw nodeLocked(uuid, await this.#conductors.lockHolder(outcome.busy));
      await new Promise((resolve) => setTimeout(resolve, lockRetries.pauseMs));
    }
  }
}

/** Ironic's text for a node that does not exist. */
export function nodeNotFound(ident: string) {
  return notFound(`Node ${ident} could not be found.`);
}

/** @throws ApiError 400, as from the router, for what can be neither UUID nor name */
export function refuseIdent(ident: string): void {
  if (!isLogicalName(ident) && asUuid(ident) === undefined) {
    throw routingError(400, `Expected UUID or name for node: ${ident}`);
  }
}

function candidates(ident: string, call: Call): readonly string[] {
  return call.jsonSuffix ? [ident, `${ident}.json`] : [ident];
}

function whereIdent(ident: string, minor: number): { uuid: string } | { name: string } | undefined {
  const uuid = asUuid(ident);
  if (uuid !== undefined) return { uuid };
  if (!allows(minor, 'behaviour.nodeByName')) return undefined;
  if (isNameFor(minor, ident)) return { name: ident };
  throw invalid(`Expected a logical name or UUID but received ${ident}.`);
}

/** May a node have that name at that version? Before 1.10 only host names. */
export function isNameFor(minor: number, name: string): boolean {
  return allows(minor, 'behaviour.freeNames') ? isLogicalName(name) : isHostName(name);
}
