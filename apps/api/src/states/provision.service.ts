import { Inject, Injectable } from '@nestjs/common';
import type { Transaction } from '#database/client.js';
import type { Prisma } from '#database/generated/client.js';
import {
  acceptOperation,
  acceptRequest,
  isLocked,
  moveNode,
  stateOf,
  targetOf,
  unfinishedProvision,
  type Accepted,
  type LockedNode,
} from '#database/operations.js';
import type { SecretBox } from '#database/secrets.js';
import { decideVerb, type VerbRequest, type VerbTransition } from '#domain/decide-verb.js';
import { checkVerbArguments, isFilled, type VerbRefusal } from '#domain/verb-body.js';
import type { VerbTarget } from '#domain/verbs.js';
import { ConductorsService } from '../conductors/conductors.service.js';
import { ApiError, conflict, invalid } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { opened } from '../nodes/node.columns.js';
import { NodeFinder, refuseIdent } from '../nodes/node-finder.js';
import { SECRETS } from '../tokens.js';
import { OperationLauncher } from '../verbs/operation-launcher.js';
import { refuseByDriver } from '../validation/refuse-verb.js';
import { validatedNode, type ValidatedNode } from '../validation/validated-node.js';

/** What a transaction on a verb came to: accepted, or to be tried again because other work holds the node. */
type Outcome = { readonly accepted: Accepted | null } | { readonly locked: ApiError };

const lockRetries = { attempts: 3, pauseMs: 1_000 };

/** PUT /v1/nodes/{ident}/states/provision: decides on the locked row and writes the intent in one transaction. */
@Injectable()
export class ProvisionService {
  readonly #finder: NodeFinder;
  readonly #conductors: ConductorsService;
  readonly #secrets: SecretBox;
  readonly #launcher: OperationLauncher;

  constructor(
    @Inject(NodeFinder) finder: NodeFinder,
    @Inject(ConductorsService) conductors: ConductorsService,
    @Inject(SECRETS) secrets: SecretBox,
    @Inject(OperationLauncher) launcher: OperationLauncher,
  ) {
    this.#finder = finder;
    this.#conductors = conductors;
    this.#secrets = secrets;
    this.#launcher = launcher;
  }

  async request(ident: string, call: Call): Promise<void> {
    refuseIdent(ident);
    const body = call.named();
    const malformed = checkVerbArguments(body);
    if (malformed) throw refusalError(malformed);
    const node = await this.#finder.row(ident, call);
    const holder = await this.#conductors.lockHolder(node.conductorGroup);
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#finder.locked(node.uuid, (tx, locked) =>
        this.#decide(tx, locked, body, call, holder),
      );
      if ('accepted' in outcome) {
        if (outcome.accepted) await this.#launcher.launch(outcome.accepted);
        return;
      }
      if (attempt === lockRetries.attempts) throw outcome.locked;
      await new Promise((resolve) => setTimeout(resolve, lockRetries.pauseMs));
    }
  }

  async #decide(
    tx: Transaction,
    locked: LockedNode,
    body: Readonly<Record<string, unknown>>,
    call: Call,
    holder: string,
  ): Promise<Outcome> {
    const request = verbRequest(locked, body, call, holder);
    const decision = decideVerb(request);
    if (decision.kind === 'refused') {
      // A verb that the state would allow waits a little for the lock, as Ironic's conductor does.
      if (decision.code !== 'NodeLocked' || decideVerb({ ...request, reservation: null }).kind === 'refused') {
        throw refusalError(decision);
      }
      return { locked: refusalError(decision) };
    }
    if (decision.kind === 'request') return { accepted: await this.#pass(tx, locked, decision.request) };
    refuseUnsupported(locked.node.driver, decision.target);
    refuseByDriver(await this.#validated(tx, locked), decision);
    return { accepted: await this.#start(tx, locked, decision, body, call) };
  }

  async #validated(tx: Transaction, { node }: LockedNode): Promise<ValidatedNode> {
    const ports = await tx.port.count({ where: { nodeId: node.id } });
    const traits = await tx.nodeTrait.findMany({ where: { nodeId: node.id } });
    return validatedNode(
      node,
      traits.map(({ trait }) => trait),
      this.#secrets,
      ports,
    );
  }

  async #pass(tx: Transaction, locked: LockedNode, kind: 'abort' | 'unhold'): Promise<Accepted> {
    const operation = unfinishedProvision(locked);
    if (operation) return acceptRequest(tx, locked, operation, kind);
    throw conflict(
      `Node ${locked.node.uuid} waits without an operation that could be told to ${kind}; the reconciler will fail it shortly, then try again.`,
    );
  }

  async #start(
    tx: Transaction,
    locked: LockedNode,
    decision: VerbTransition,
    body: Readonly<Record<string, unknown>>,
    call: Call,
  ): Promise<Accepted | null> {
    const move = { state: decision.state, targetState: decision.targetState };
    if (decision.operationType === null) {
      await moveNode(tx, locked, move);
      return null;
    }
    const configDrive = body['configdrive'];
    if (isFilled(configDrive)) await this.#keepConfigDrive(tx, locked, configDrive);
    const { steps, disableRamdisk } = decision;
    // A copy that is plain JSON: arguments of steps are whatever JSON the client sent.
    const userSteps: Prisma.InputJsonArray = JSON.parse(JSON.stringify(steps));
    return acceptOperation(tx, locked, {
      type: decision.operationType,
      plan: { userSteps, disableRamdisk, configDrive: isFilled(configDrive) },
      requestId: call.requestId,
      move,
      supersedes: decision.supersedes,
    });
  }

  /** Sealed in instance_info, where Ironic keeps it too; an object as its JSON text, from which the drive is built. */
  async #keepConfigDrive(tx: Transaction, { node }: LockedNode, configDrive: unknown): Promise<void> {
    const text = typeof configDrive === 'string' ? configDrive : JSON.stringify(configDrive);
    const info = { ...opened(node.instanceInfo, this.#secrets), configdrive: text };
    await tx.node.update({ where: { id: node.id }, data: { instanceInfo: this.#secrets.sealSecrets(info) } });
  }
}

/** Verbs whose work no worker can do yet. Accepted, they would leave the node in a state that nobody leads it out of. */
const unsupported: readonly VerbTarget[] = ['inspect', 'clean', 'adopt', 'rescue', 'unrescue', 'service'];

function refuseUnsupported(driver: string, target: VerbTarget): void {
  if (!unsupported.includes(target)) return;
  throw invalid(`Driver ${driver} does not support ${target} (disabled or not implemented).`);
}

function verbRequest(
  locked: LockedNode,
  body: Readonly<Record<string, unknown>>,
  call: Call,
  holder: string,
): VerbRequest {
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
  };
}

function refusalError({ status, text }: VerbRefusal): ApiError {
  return new ApiError(status, text);
}
