import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Database } from '#database/client.js';
import type { Boot, Node } from '#database/generated/client.js';
import { openBootOf } from '#database/open-boot.js';
import type { SecretBox } from '#database/secrets.js';
import { instanceInfoSecretKeys, maskSecrets } from '#domain/secrets.js';
import { acceptsLookup, isProvisionState } from '#domain/states.js';
import { invalid, notFound } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { argument } from '../resource/json-types.js';
import { linksTo } from '../resource/links.js';
import { asMac } from '../resource/names.js';
import { parseArguments } from '../resource/schema-error.js';
import type { ApiConfig } from '../config.js';
import { CONFIG, DATABASE, LOGGER, SECRETS } from '../tokens.js';
import { agentConfig } from './agent-config.js';
import { Beats } from './beats.js';
import { noteBoot } from './note-boot.js';

/** Query parameters of GET /v1/lookup. */
export const lookupArguments = z.object({ addresses: argument.strings(), node_uuid: argument.uuid() });

/**
 * GET /v1/lookup: a booted agent asks which node it is on. Open to everybody, so one text answers all that
 * is not found, and the token of a boot is given out exactly once, whatever the version of later calls.
 */
@Injectable()
export class LookupService {
  readonly #database: Database;
  readonly #secrets: SecretBox;
  readonly #beats: Beats;
  readonly #logger: Logger;
  readonly #config: ApiConfig;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(SECRETS) secrets: SecretBox,
    @Inject(Beats) beats: Beats,
    @Inject(LOGGER) logger: Logger,
    @Inject(CONFIG) config: ApiConfig,
  ) {
    this.#database = database;
    this.#secrets = secrets;
    this.#beats = beats;
    this.#logger = logger;
    this.#config = config;
  }

  async lookup(call: Call): Promise<Record<string, unknown>> {
    if (!call.allows('resource.lookup')) throw notFound();
    const { addresses, node_uuid: uuid } = parseArguments(lookupArguments, call.query);
    const macs = (addresses ?? []).flatMap((address) => asMac(address) ?? []);
    if (macs.length === 0 && uuid === null) {
      throw invalid("At least one of 'addresses' and 'node_uuid' parameters is required");
    }
    const node = await this.#find(uuid, macs);
    const boot = await openBootOf(this.#database, node.id);
    if (!boot) throw this.#unanswered(node, 'no boot of the ramdisk is open');
    const token = call.allows('heartbeat.agent_token') ? await this.#giveToken(boot) : null;
    await this.#record(boot, node, { first: token !== null, byAddress: uuid === null });
    return this.#answer(node, token, call);
  }

  /** The same answer for a ramdisk that has said what machine it is on by other means; its boot may have ended. */
  async answer(node: Node, call: Call): Promise<Record<string, unknown>> {
    const boot = await openBootOf(this.#database, node.id);
    return this.#answer(node, boot ? await this.#giveToken(boot) : null, call);
  }

  #answer(node: Node, token: string | null, call: Call): Record<string, unknown> {
    return {
      node: {
        uuid: node.uuid,
        properties: node.properties,
        instance_info: maskSecrets(node.instanceInfo, { extraKeys: instanceInfoSecretKeys }),
        driver_internal_info: maskSecrets(node.driverInternalInfo),
        links: linksTo(call.base, `nodes/${node.uuid}`),
      },
      config: agentConfig(token, node.managementInterface, this.#config.options.api.ramdisk_heartbeat_timeout),
    };
  }

  async #find(uuid: string | null, macs: readonly string[]): Promise<Node> {
    const nodes =
      uuid === null
        ? await this.#database.node.findMany({ where: { ports: { some: { address: { in: [...macs] } } } }, take: 2 })
        : await this.#database.node.findMany({ where: { uuid } });
    const [node] = nodes;
    if (!node || nodes.length > 1) {
      const reason = node ? 'several nodes have these addresses' : 'no node has these addresses';
      this.#logger.warn({ uuid, macs, reason }, 'an agent asked for its node and got none');
      throw notFound();
    }
    if (isProvisionState(node.provisionState) && acceptsLookup(node.provisionState)) return node;
    throw this.#unanswered(node, `the node is in state ${node.provisionState}`);
  }

  #unanswered(node: Node, reason: string) {
    this.#logger.warn({ nodeUuid: node.uuid, reason }, 'an agent asked for its node and got none');
    return notFound();
  }

  /** Null when another call has taken the token before; the condition is in the statement, so only one can. */
  async #giveToken(boot: Boot): Promise<string | null> {
    const { count } = await this.#database.boot.updateMany({
      where: { id: boot.id, tokenGivenAt: null, endedAt: null },
      data: { tokenGivenAt: new Date() },
    });
    return count === 1 ? this.#secrets.open(boot.agentToken) : null;
  }

  /**
   * A look-up by address after the token was given out and before any heartbeat comes from an agent without a token: the
   * first answer was lost. The flow is told, and boots the machine again.
   */
  async #record(
    boot: Boot,
    node: Node,
    { first, byAddress }: { readonly first: boolean; readonly byAddress: boolean },
  ) {
    const tokenLost = !first && byAddress && boot.tokenGivenAt !== null && boot.heartbeats === 0;
    await this.#database.boot.update({
      where: { id: boot.id },
      data: { lookupAt: new Date(), ...(tokenLost ? { repeatedLookups: { increment: 1 } } : {}) },
    });
    if (boot.lookupAt === null) await noteBoot(this.#database, boot, 'the agent looked itself up');
    if (!tokenLost) return;
    await noteBoot(this.#database, boot, 'the agent looked itself up again without a heartbeat: its token was lost');
    await this.#beats.deliver(boot.operationId, node.uuid);
  }
}
