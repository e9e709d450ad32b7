import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Database } from '#database/client.js';
import type { Node, Prisma } from '#database/generated/client.js';
import type { SecretBox } from '#database/secrets.js';
import { addressesOf } from '#domain/inspection-data.js';
import { invalid, notFound, unavailable } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { parseArguments, parseDocument } from '../resource/schema-error.js';
import { DATABASE, LOGGER, SECRETS, STARTER, type ApiDependencies } from '../tokens.js';
import { inspectedNode } from './inspected-node.js';
import { inspectionArguments, inspectionData } from './inspection.schema.js';
import { LookupService } from './lookup.service.js';

/**
 * POST /v1/continue_inspection: a ramdisk sends what it found. Stored first, then the node's flow is told.
 * Open to everybody, so one text answers all that is not found.
 */
@Injectable()
export class InspectionService {
  readonly #database: Database;
  readonly #secrets: SecretBox;
  readonly #starter: ApiDependencies['starter'];
  readonly #lookups: LookupService;
  readonly #logger: Logger;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(SECRETS) secrets: SecretBox,
    @Inject(STARTER) starter: ApiDependencies['starter'],
    @Inject(LookupService) lookups: LookupService,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.#database = database;
    this.#secrets = secrets;
    this.#starter = starter;
    this.#lookups = lookups;
    this.#logger = logger;
  }

  async take(call: Call): Promise<Record<string, unknown>> {
    const data = parseDocument(inspectionData, call.json(), 'data');
    const { node_uuid: nodeUuid } = parseArguments(inspectionArguments, call.query);
    const isNew = call.allows('resource.continueInspection');
    // Ironic takes 1.1 too, which ironic-inspector's ramdisks send; it then answers with the uuid only.
    if (!isNew && (call.minor !== 1 || nodeUuid !== null)) throw notFound('API version 1.84 or newer is required');
    const { inventory, ...pluginData } = data;
    const addresses = { nodeUuid, ...addressesOf(inventory) };
    if (addresses.macs.length === 0 && addresses.bmc.length === 0 && nodeUuid === null) {
      throw invalid('No lookup information provided');
    }
    const found = await inspectedNode(this.#database, this.#secrets, addresses);
    if ('reason' in found) {
      this.#logger.warn({ ...addresses, reason: found.reason }, 'a ramdisk sent inspection data that nobody waits for');
      throw notFound();
    }
    const answer = isNew ? await this.#lookups.answer(found.node, call) : { uuid: found.node.uuid };
    await this.#store(found.node, { inventory: plain(inventory), pluginData: plain(pluginData) });
    await this.#tell(found.node);
    return answer;
  }

  /** A ramdisk that did not hear the answer sends again: the newest data count. */
  async #store(node: Node, data: Pick<Prisma.InspectionPostUncheckedCreateInput, 'inventory' | 'pluginData'>) {
    const operation = await this.#database.operation.findFirst({
      where: { nodeId: node.id, type: 'inspect', status: 'running' },
      select: { id: true },
    });
    if (!operation) throw notFound();
    const operationId = operation.id;
    await this.#database.inspectionPost.upsert({
      where: { operationId },
      create: { operationId, ...data },
      update: { ...data, receivedAt: new Date() },
    });
    await this.#database.operationEvent.create({
      data: { operationId, kind: 'agent', text: 'the ramdisk sent what it found' },
    });
  }

  /** Nobody sends these data again by himself, so a flow that could not be told is an error that ramdisks repeat on. */
  async #tell({ uuid }: Node): Promise<void> {
    try {
      await this.#starter.beat(uuid);
    } catch (error) {
      this.#logger.warn({ err: error, nodeUuid: uuid }, 'Temporal did not take the news of inspection data');
      throw unavailable('The inspection data are stored, but their processing cannot start now; send them again.');
    }
  }
}

/** A copy that is plain JSON. */
function plain(value: object): Prisma.InputJsonObject {
  const copy: Prisma.InputJsonObject = JSON.parse(JSON.stringify(value));
  return copy;
}
