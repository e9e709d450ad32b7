import { Inject, Injectable } from '@nestjs/common';
import type { Transaction } from '#database/client.js';
import {
  acceptRequest,
  isLocked,
  stateOf,
  targetOf,
  unfinishedProvision,
  type Accepted,
  type LockedNode,
} from '#database/operations.js';
import { decideVerb, type ResolvedRunbook, type VerbRequest } from '#domain/decide-verb.js';
import { checkVerbArguments, type VerbRefusal } from '#domain/verb-body.js';
import { ConductorsService } from '../conductors/conductors.service.js';
import { ApiError, conflict } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { NodeFinder, refuseIdent } from '../nodes/node-finder.js';
import { OperationLauncher } from '../verbs/operation-launcher.js';
import { VerbStart } from './verb-start.service.js';

/** What a transaction on a verb came to: accepted, or to be tried again because other work holds the node. */
type Outcome = { readonly accepted: Accepted | null } | { readonly locked: ApiError };

/** A request and what was found out for it before the node's row is locked. */
interface Asked {
  readonly body: Readonly<Record<string, unknown>>;
  readonly call: Call;
  /** Host that holds the lock when the node is locked. */
  readonly holder: string;
  readonly runbook: ResolvedRunbook | VerbRefusal | undefined;
}

const lockRetries = { attempts: 3, pauseMs: 1_000 };

/** PUT /v1/nodes/{ident}/states/provision: decides on the locked row and writes the intent in one transaction. */
@Injectable()
export class ProvisionService {
  readonly #finder: NodeFinder;
  readonly #conductors: ConductorsService;
  readonly #starts: VerbStart;
  readonly #launcher: OperationLauncher;

  constructor(
    @Inject(NodeFinder) finder: NodeFinder,
    @Inject(ConductorsService) conductors: ConductorsService,
    @Inject(VerbStart) starts: VerbStart,
    @Inject(OperationLauncher) launcher: OperationLauncher,
  ) {
    this.#finder = finder;
    this.#conductors = conductors;
    this.#starts = starts;
    this.#launcher = launcher;
  }

  async request(ident: string, call: Call): Promise<void> {
    refuseIdent(ident);
    const body = call.named();
    const malformed = checkVerbArguments(body);
    if (malformed) throw refusalError(malformed);
    const node = await this.#finder.row(ident, call);
    const runbook = await this.#starts.resolveSteps(node, body, call);
    const holder = await this.#conductors.lockHolder(node.conductorGroup);
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#finder.locked(node.uuid, (tx, locked) =>
        this.#decide(tx, locked, { body, call, holder, runbook }),
      );
      if ('accepted' in outcome) {
        if (outcome.accepted) await this.#launcher.launch(outcome.accepted);
        return;
      }
      if (attempt === lockRetries.attempts) throw outcome.locked;
      await new Promise((resolve) => setTimeout(resolve, lockRetries.pauseMs));
    }
  }

  async #decide(tx: Transaction, locked: LockedNode, asked: Asked): Promise<Outcome> {
    const { body, call } = asked;
    const request = verbRequest(locked, asked);
    const decision = decideVerb(request);
    if (decision.kind === 'refused') {
      // A verb that the state would allow waits a little for the lock, as Ironic's conductor does.
      if (decision.code !== 'NodeLocked' || decideVerb({ ...request, reservation: null }).kind === 'refused') {
        throw refusalError(decision);
      }
      return { locked: refusalError(decision) };
    }
    if (decision.kind === 'request') return { accepted: await this.#pass(tx, locked, decision.request, call) };
    return { accepted: await this.#starts.start(tx, locked, decision, body, call) };
  }

  async #pass(tx: Transaction, locked: LockedNode, kind: 'abort' | 'unhold', call: Call): Promise<Accepted> {
    const operation = unfinishedProvision(locked);
    if (operation) return acceptRequest(tx, locked, operation, kind, call.requester.requester ?? undefined);
    throw conflict(
      `Node ${locked.node.uuid} waits without an operation that could be told to ${kind}; the reconciler will fail it shortly, then try again.`,
    );
  }
}

function verbRequest(locked: LockedNode, { body, call, holder, runbook }: Asked): VerbRequest {
  const { node } = locked;
  return {
    target: String(body['target']),
    body,
    apiMinor: call.minor,
    nodeUuid: node.uuid,
    state: stateOf(node),
    targetState: targetOf(node),
    reservation: isLocked(locked) ? holder : null,
    maintenance: node.maintenance,
    retired: node.retired,
    protected: node.protected,
    ...(runbook ? { runbook } : {}),
  };
}

function refusalError({ status, text }: VerbRefusal): ApiError {
  return new ApiError(status, text);
}
