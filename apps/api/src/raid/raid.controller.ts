import { Controller, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { z } from 'zod';
import type { LockedNode } from '#database/operations.js';
import { unsupportedText } from '#domain/management-interfaces.js';
import { Policy } from '../auth/policy.js';
import { invalid, notAcceptable, notFound } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { NodeFinder, refuseIdent } from '../nodes/node-finder.js';
import { Described } from '../openapi/described.js';
import { isJsonObject, type JsonObject } from '../resource/json-types.js';
import { parseArguments } from '../resource/schema-error.js';
import { plainly } from '../resource/shown.js';
import { raidConfigRefused } from './raid-config.js';

const noArguments = z.object({});

/** The body, for the document only: raid-config.ts checks it. */
const raidConfig = z.object({
  logical_disks: z
    .array(
      z.looseObject({
        raid_level: z.enum(['JBOD', '0', '1', '2', '5', '6', '1+0', '5+0', '6+0']),
        size_gb: z.union([z.int().min(0), z.literal('MAX')]),
      }),
    )
    .min(1)
    .optional(),
});

/** PUT `/v1/nodes/{ident}/states/raid`, from 1.12 on: what cleaning shall configure. */
@Controller('v1/nodes/:ident/states/raid')
export class RaidController {
  readonly #finder: NodeFinder;

  constructor(@Inject(NodeFinder) finder: NodeFinder) {
    this.#finder = finder;
  }

  @Put()
  @HttpCode(204)
  @Policy('baremetal:node:set_raid_state')
  @Described({
    summary: 'Set the target RAID configuration of a node',
    description: 'Cleaning carries it out. An empty object takes the target away.',
    since: 'resource.raid',
    body: raidConfig,
    status: 204,
    answer: null,
  })
  async set(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseIdent(ident);
    parseArguments(noArguments, call.query);
    const config = call.json();
    if (!isJsonObject(config)) {
      throw invalid(`Expected types <class 'dict'> for target_raid_config: ${plainly(config)}`);
    }
    const uuid = await this.#finder.uuid(ident, call);
    if (!call.allows('resource.raid')) throw notAcceptable();
    await this.#finder.exclusive(uuid, async (tx, { node }) => {
      refuse(config, node);
      await tx.node.update({
        where: { id: node.id },
        data: { targetRaidConfig: { ...config }, updatedAt: new Date() },
      });
    });
  }
}

function refuse(config: JsonObject, { driver, raidInterface }: LockedNode['node']): void {
  if (Object.keys(config).length === 0) return;
  if (raidInterface === 'no-raid') throw notFound(unsupportedText(driver, 'raid'));
  const refused = raidConfigRefused(config);
  if (refused !== undefined) throw invalid(refused);
}
