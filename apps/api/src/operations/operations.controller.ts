import { Controller, Get, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#database/client.js';
import type { Operation } from '#database/generated/client.js';
import { maskSecrets } from '#domain/secrets.js';
import { Policy } from '../auth/policy.js';
import type { ApiConfig } from '../config.js';
import { invalid, notFound } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { Described } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { linksTo } from '../resource/links.js';
import { asUuid } from '../resource/names.js';
import { parseArguments } from '../resource/schema-error.js';
import { isoTime } from '../resource/time.js';
import { CONFIG, DATABASE } from '../tokens.js';
import { operationDetail, operationList } from './operation.schema.js';

const listArguments = z.object({ limit: argument.integer() });
const usualLimit = 50;

/** Temper's own: what was asked of a node, how far it is, and where Temporal shows its flow. Not in Ironic's API. */
@Controller('v1/nodes/:ident/operations')
export class OperationsController {
  readonly #database: Database;
  readonly #finder: NodeFinder;
  readonly #config: ApiConfig;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(NodeFinder) finder: NodeFinder,
    @Inject(CONFIG) config: ApiConfig,
  ) {
    this.#database = database;
    this.#finder = finder;
    this.#config = config;
  }

  /** Newest first. */
  @Get()
  @Policy('temper:operation:get')
  @Described({
    summary: 'List the operations of a node',
    description: 'Newest first. Not part of Ironic.',
    query: listArguments,
    answer: { schema: operationList },
  })
  async list(@Param('ident') ident: string, @ThisCall() call: Call) {
    const { limit } = parseArguments(listArguments, call.query);
    if (limit !== null && limit <= 0) throw invalid('Limit must be positive');
    const node = await this.#finder.identity(ident, call);
    const rows = await this.#database.operation.findMany({
      where: { nodeId: node.id },
      orderBy: { number: 'desc' },
      take: Math.min(limit ?? usualLimit, 1000),
    });
    return { operations: rows.map((row) => this.#view(row, node.uuid, call.base)) };
  }

  /** With its steps and its timeline. */
  @Get(':operation')
  @Policy('temper:operation:get')
  @Described({
    summary: 'Show an operation of a node',
    description: 'With its steps and its timeline. Not part of Ironic.',
    answer: { schema: operationDetail },
  })
  async one(@Param('ident') ident: string, @Param('operation') id: string, @ThisCall() call: Call) {
    const node = await this.#finder.identity(ident, call);
    const uuid = asUuid(id);
    const row =
      uuid &&
      (await this.#database.operation.findFirst({
        where: { id: uuid, nodeId: node.id },
        include: { steps: { orderBy: { index: 'asc' } }, events: { orderBy: { id: 'asc' } } },
      }));
    if (!row) throw notFound(`Operation ${id} of node ${ident} could not be found.`);
    return {
      ...this.#view(row, node.uuid, call.base),
      steps: row.steps.map((step) => ({
        interface: step.interface,
        step: step.step,
        priority: step.priority,
        args: maskSecrets(step.args),
        runner: step.runner,
        status: step.status,
        started_at: isoTime(step.startedAt),
        ended_at: isoTime(step.endedAt),
        error: step.error,
      })),
      events: row.events.map((event) => ({
        at: isoTime(event.at),
        kind: event.kind,
        text: event.text,
        detail: maskSecrets(event.detail),
      })),
    };
  }

  #view(row: Operation, nodeUuid: string, base: string): Record<string, unknown> {
    const { namespace, uiUrl } = this.#config.temporal;
    const workflow = encodeURIComponent(`node:${nodeUuid}`);
    const run = row.runId === null ? '' : `/${row.runId}`;
    return {
      uuid: row.id,
      number: row.number,
      type: row.type,
      status: row.status,
      stage: row.stage,
      error: row.error,
      request_id: row.requestId,
      created_at: isoTime(row.createdAt),
      started_at: isoTime(row.claimedAt),
      ended_at: isoTime(row.endedAt),
      temporal_ui: uiUrl === undefined ? null : `${uiUrl}/namespaces/${namespace}/workflows/${workflow}${run}`,
      links: linksTo(base, `nodes/${nodeUuid}/operations/${row.id}`).slice(0, 1),
    };
  }
}
