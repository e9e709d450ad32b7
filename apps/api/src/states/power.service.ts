import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { acceptedOf, acceptOperation, stateOf, unfinishedProvision } from '#database/operations.js';
import { factsOfPowerTarget, isPowerTarget, powerRequestRefused, type PowerTarget } from '#domain/power.js';
import { ApiError, invalid, notAcceptable } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { NodeFinder, refuseIdent } from '../nodes/node-finder.js';
import { argument } from '../resource/json-types.js';
import { parseArguments } from '../resource/schema-error.js';
import type { ApiConfig } from '../config.js';
import { CONFIG, SECRETS } from '../tokens.js';
import type { SecretBox } from '#database/secrets.js';
import { powerReason } from '../validation/power.js';
import { validatedNode } from '../validation/validated-node.js';
import { OperationLauncher } from '../verbs/operation-launcher.js';

const powerArguments = z.object({ target: argument.string(), timeout: argument.integer() });

/** PUT /v1/nodes/{ident}/states/power. */
@Injectable()
export class PowerService {
  readonly #finder: NodeFinder;
  readonly #secrets: SecretBox;
  readonly #launcher: OperationLauncher;
  readonly #config: ApiConfig;

  constructor(
    @Inject(NodeFinder) finder: NodeFinder,
    @Inject(SECRETS) secrets: SecretBox,
    @Inject(OperationLauncher) launcher: OperationLauncher,
    @Inject(CONFIG) config: ApiConfig,
  ) {
    this.#finder = finder;
    this.#secrets = secrets;
    this.#launcher = launcher;
    this.#config = config;
  }

  async request(ident: string, call: Call): Promise<void> {
    refuseIdent(ident);
    const { target, timeout } = parseArguments(powerArguments, call.named(), ['target']);
    const found = await this.#finder.row(ident, call);
    refuseNewer(call, target, timeout);
    if (timeout !== null && timeout < 1) throw invalid('timeout has to be positive integer');
    if (target === null || !isPowerTarget(target)) {
      throw invalid(
        `The requested action "${target ?? 'None'}" can not be performed on node "${ident}" while it is in state ` +
          `"${found.powerState ?? 'None'}".`,
      );
    }
    const refused = powerRequestRefused(stateOf(found), target, { disablePowerOff: found.disablePowerOff, ident });
    if (refused) throw new ApiError(refused.status, refused.text);
    const { accepted, carrier } = await this.#accept(found.uuid, target, timeout, call);
    await this.#launcher.launch(accepted, carrier);
  }

  #accept(uuid: string, target: PowerTarget, timeout: number | null, call: Call) {
    const { finalState, soft, defaultTimeoutSeconds } = factsOfPowerTarget(target);
    const usual = soft ? this.#config.options.conductor.soft_power_off_timeout : defaultTimeoutSeconds;
    return this.#finder.exclusive(uuid, async (tx, locked) => {
      const reason = powerReason(validatedNode(locked.node, [], this.#secrets));
      if (reason !== undefined) throw invalid(reason);
      // The state may have changed since it was looked at without the lock.
      const refused = powerRequestRefused(stateOf(locked.node), target, {
        disablePowerOff: locked.node.disablePowerOff,
        ident: uuid,
      });
      if (refused) throw new ApiError(refused.status, refused.text);
      await tx.node.update({
        where: { id: locked.node.id },
        data: { targetPowerState: finalState, lastError: null, updatedAt: new Date() },
      });
      const accepted = await acceptOperation(tx, locked, {
        type: 'power',
        plan: { power: { target, timeoutS: timeout ?? usual } },
        ...call.requester,
        requestId: call.globalId,
      });
      // In a wait or hold state the flow of the provision operation is there and carries the request out.
      const waiting = unfinishedProvision(locked);
      return { accepted, carrier: waiting ? acceptedOf(waiting, locked.node) : accepted };
    });
  }
}

function refuseNewer(call: Call, target: string | null, timeout: number | null): void {
  const soft = target !== null && isPowerTarget(target) && factsOfPowerTarget(target).soft;
  if ((soft && !call.allows('power.soft')) || (timeout && !call.allows('power.timeout'))) throw notAcceptable();
}
