import { Inject, Injectable } from '@nestjs/common';
import type { Transaction } from '#database/client.js';
import { acceptOperation, moveNode, type Accepted, type LockedNode } from '#database/operations.js';
import type { SecretBox } from '#database/secrets.js';
import type { ResolvedRunbook, VerbTransition } from '#domain/decide-verb.js';
import { isFilled, type VerbRefusal } from '#domain/verb-body.js';
import { DeployTemplateFinder, type UsableTemplate } from '../deploy-templates/deploy-template-finder.js';
import type { Call } from '../http/call.js';
import { opened } from '../nodes/node.columns.js';
import type { NodeRow } from '../nodes/node.rows.js';
import type { JsonObject } from '../resource/json-types.js';
import { RunbookFinder } from '../runbooks/runbook-finder.js';
import { SECRETS } from '../tokens.js';
import { refuseByDriver } from '../validation/refuse-verb.js';
import { validatedNode, type ValidatedNode } from '../validation/validated-node.js';
import { refuseForeignChildren } from './child-nodes.js';
import { frozenPlan } from './frozen-plan.js';
import { demandSteps, requestRunbook } from './request-runbook.js';
import { sha256Crypt } from './sha-crypt.js';

type VerbBody = Readonly<Record<string, unknown>>;

/** What a verb does to the rows once the state allows it: the last checks, the node's move, the operation. */
@Injectable()
export class VerbStart {
  readonly #secrets: SecretBox;
  readonly #runbooks: RunbookFinder;
  readonly #templates: DeployTemplateFinder;

  constructor(
    @Inject(SECRETS) secrets: SecretBox,
    @Inject(RunbookFinder) runbooks: RunbookFinder,
    @Inject(DeployTemplateFinder) templates: DeployTemplateFinder,
  ) {
    this.#secrets = secrets;
    this.#runbooks = runbooks;
    this.#templates = templates;
  }

  /**
   * The runbook that the request names, if it does, or whether its caller may name steps.
   * @throws ApiError 403
   */
  async resolveSteps(node: NodeRow, body: VerbBody, call: Call): Promise<ResolvedRunbook | VerbRefusal | undefined> {
    const target = String(body['target']);
    const { runbook } = body;
    if (typeof runbook === 'string' && runbook !== '') {
      return call.allows('resource.runbooks') ? requestRunbook(this.#runbooks, runbook, target, node, call) : undefined;
    }
    if (isFilled(body['clean_steps'])) demandSteps('clean', node, call);
    if (isFilled(body['service_steps'])) demandSteps('service', node, call);
    return undefined;
  }

  /**
   * Carries out a decision on the locked row.
   * @returns what to start; null when the node was only moved
   * @throws ApiError 400 when the driver cannot do it, 403 and 404 for child nodes that the steps name
   */
  async start(
    tx: Transaction,
    locked: LockedNode,
    decision: VerbTransition,
    body: VerbBody,
    call: Call,
  ): Promise<Accepted | null> {
    const given = putIntoInstance(body);
    const info = { ...opened(locked.node.instanceInfo, this.#secrets), ...given };
    const templates = await this.#templatesOf(tx, decision, info);
    refuseByDriver(await this.#validated(tx, locked, info), decision, templates);
    await refuseForeignChildren(tx, decision.steps, call);

    const move = { state: decision.state, targetState: decision.targetState };
    if (decision.operationType === null) return this.#moveOnly(tx, locked, decision, call);
    if (Object.keys(given).length > 0) {
      await tx.node.update({
        where: { id: locked.node.id },
        data: { instanceInfo: this.#secrets.sealSecrets(JSON.parse(JSON.stringify(info))) },
      });
    }
    return acceptOperation(tx, locked, {
      type: decision.operationType,
      plan: frozenPlan(decision, templates, body['configdrive'], this.#secrets),
      ...call.requester,
      requestId: call.globalId,
      move,
      supersedes: decision.supersedes,
    });
  }

  /**
   * A move that needs no flow. A servicing that had failed in its ramdisk is the exception: the machine is started anew,
   * so that the instance runs again (Ironic conductor/servicing.py do_node_service_abort).
   */
  async #moveOnly(
    tx: Transaction,
    locked: LockedNode,
    { state, targetState, target }: VerbTransition,
    call: Call,
  ): Promise<Accepted | null> {
    const move = { state, targetState };
    const restart = target === 'abort' && (await leftInRamdisk(tx, locked.node.id));
    if (!restart) {
      await moveNode(
        tx,
        locked,
        move,
        target === 'abort' ? 'By request, the service operation was aborted' : undefined,
      );
      return null;
    }
    const power = { target: 'rebooting', timeoutS: 60 };
    return acceptOperation(tx, locked, {
      type: 'power',
      plan: { power },
      ...call.requester,
      requestId: call.globalId,
      move,
    });
  }

  async #templatesOf(
    tx: Transaction,
    { operationType }: VerbTransition,
    info: JsonObject,
  ): Promise<readonly UsableTemplate[]> {
    if (operationType !== 'deploy' && operationType !== 'rebuild') return [];
    const { traits } = info;
    return this.#templates.forTraits(Array.isArray(traits) ? traits.map(String) : [], tx);
  }

  async #validated(tx: Transaction, { node }: LockedNode, instanceInfo: JsonObject): Promise<ValidatedNode> {
    const ports = await tx.port.count({ where: { nodeId: node.id } });
    const traits = await tx.nodeTrait.findMany({ where: { nodeId: node.id } });
    const known = validatedNode(
      node,
      traits.map(({ trait }) => trait),
      this.#secrets,
      ports,
    );
    return { ...known, instanceInfo };
  }
}

/**
 * What the verb puts into instance_info, where Ironic keeps it too; sealed in its column. A config drive that is an
 * object is kept as its JSON text, from which the drive is built.
 */
function putIntoInstance({ configdrive, rescue_password: password }: VerbBody): JsonObject {
  const drive = typeof configdrive === 'string' ? configdrive : JSON.stringify(configdrive);
  return {
    ...(isFilled(configdrive) ? { configdrive: drive } : {}),
    ...(typeof password === 'string'
      ? { rescue_password: password, hashed_rescue_password: sha256Crypt(password) }
      : {}),
  };
}

/** Did the node's newest servicing boot the ramdisk? */
async function leftInRamdisk(tx: Transaction, nodeId: number): Promise<boolean> {
  const newest = await tx.operation.findFirst({
    where: { nodeId, type: 'service' },
    orderBy: { number: 'desc' },
    include: { boots: { take: 1 } },
  });
  return newest !== null && newest.boots.length > 0;
}
