import { Inject, Injectable } from '@nestjs/common';
import { recordChangeFailure } from '#database/change-failure.js';
import type { Node } from '#database/generated/client.js';
import type { SecretBox } from '#database/secrets.js';
import type { ChangeFailure, NodeCallName, NodeCalls } from '#domain/node-calls.js';
import { ConductorsService } from '../conductors/conductors.service.js';
import { invalid } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { NodeFinder, refuseIdent } from '../nodes/node-finder.js';
import { SECRETS } from '../tokens.js';
import { validatedNode, type Reason, type ValidatedNode } from '../validation/validated-node.js';
import { ShortFlows } from '../verbs/short-flows.js';

/** A node's row, and the same as the checks of its interfaces see it. */
export interface CheckedNode {
  readonly row: Node;
  readonly validated: ValidatedNode;
}

/** A change that the client is not kept waiting for. */
export interface WantedChange<Name extends NodeCallName> {
  readonly name: Name;
  readonly args: NodeCalls[Name]['args'];
  /** Why the driver cannot do it at all: then nothing is started, and the node tells it as Ironic's would afterwards. */
  readonly cannot?: Reason;
  readonly failure: ChangeFailure;
}

/** Calls to hardware as Ironic's conductor makes them: the node's lock, then `validate`, then the call. */
@Injectable()
export class NodeCallsService {
  readonly #finder: NodeFinder;
  readonly #conductors: ConductorsService;
  readonly #secrets: SecretBox;
  readonly #flows: ShortFlows;

  constructor(
    @Inject(NodeFinder) finder: NodeFinder,
    @Inject(ConductorsService) conductors: ConductorsService,
    @Inject(SECRETS) secrets: SecretBox,
    @Inject(ShortFlows) flows: ShortFlows,
  ) {
    this.#finder = finder;
    this.#conductors = conductors;
    this.#secrets = secrets;
    this.#flows = flows;
  }

  /**
   * The node that the path names, without looking at its lock.
   * @throws ApiError 400 for the reason that `check` gives, 404
   */
  async found(ident: string, call: Call, check: (node: CheckedNode) => Reason): Promise<CheckedNode> {
    const node = this.#checked(await this.#finder.row(ident, call));
    refuse(check(node));
    return node;
  }

  /**
   * The same for a call that Ironic makes with the node's lock only. The lock is looked at, not taken: the call itself
   * changes no row that work on the node depends on.
   * @throws ApiError 409 when somebody works on the node
   */
  async unlocked(ident: string, call: Call, check: (node: CheckedNode) => Reason): Promise<CheckedNode> {
    refuseIdent(ident);
    const uuid = await this.#finder.uuid(ident, call);
    return this.#finder.exclusive(uuid, async (_tx, { node }) => {
      const checked = this.#checked(node);
      refuse(check(checked));
      return checked;
    });
  }

  /** Makes a call and waits for its result. @throws ApiError 400, 503; see {@link ShortFlows.ask} */
  ask<Name extends NodeCallName>(
    { row }: CheckedNode,
    name: Name,
    args: NodeCalls[Name]['args'],
    call: Call,
  ): Promise<NodeCalls[Name]['result']> {
    return this.#flows.ask(row, name, args, call.requestId);
  }

  /** Starts a call that tells nothing but its failure. @throws ApiError 503; see {@link ShortFlows.start} */
  start<Name extends NodeCallName>(
    { row }: CheckedNode,
    name: Name,
    args: NodeCalls[Name]['args'],
    failure: ChangeFailure,
    call: Call,
  ): Promise<void> {
    return this.#flows.start(row, name, args, failure, call.requestId);
  }

  /**
   * Accepts a change: last_error is cleared, then the change is started, or its failure told at once where the driver
   * cannot do it.
   * @throws ApiError 400 for the reason that `check` gives, 404, 409 when somebody works on the node, 503
   */
  async change<Name extends NodeCallName>(
    ident: string,
    call: Call,
    check: (node: CheckedNode) => Reason,
    wanted: (node: CheckedNode) => WantedChange<Name>,
  ): Promise<void> {
    const uuid = await this.#finder.uuid(ident, call);
    // Asked before, since a transaction that waits for a second connection may wait for others that do the same.
    const live = await this.#conductors.live();
    const begun = await this.#finder.exclusive(uuid, async (tx, { node: row }) => {
      const checked = this.#checked(row);
      refuse(check(checked));
      const change = wanted(checked);
      await tx.node.update({ where: { id: row.id }, data: { lastError: null, updatedAt: new Date() } });
      if (change.cannot === undefined) return { row, change };
      await recordChangeFailure(tx, row, live.hostOf(row.conductorGroup), change.failure, change.cannot);
      return null;
    });
    if (begun === null) return;
    const { row, change } = begun;
    await this.#flows.start(row, change.name, change.args, change.failure, call.requestId);
  }

  /** Arguments that may hold a secret, for a flow's history. */
  sealed(value: unknown): string {
    return this.#secrets.seal(typeof value === 'string' ? value : JSON.stringify(value));
  }

  #checked(row: Node): CheckedNode {
    return { row, validated: validatedNode(row, [], this.#secrets) };
  }
}

function refuse(reason: Reason): void {
  if (reason !== undefined) throw invalid(reason);
}
