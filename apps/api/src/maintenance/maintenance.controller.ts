import { Controller, Delete, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { z } from 'zod';
import { Policy } from '../auth/policy.js';
import { ThisCall, type Call } from '../http/call.js';
import { NodeFinder, refuseIdent } from '../nodes/node-finder.js';
import { Described } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { parseArguments } from '../resource/schema-error.js';

const putArguments = z.object({ reason: argument.string() });
const deleteArguments = z.object({});

/** `/v1/nodes/{ident}/maintenance`: sets and clears the flag; done when answered. */
@Controller('v1/nodes/:ident/maintenance')
export class MaintenanceController {
  readonly #finder: NodeFinder;

  constructor(@Inject(NodeFinder) finder: NodeFinder) {
    this.#finder = finder;
  }

  @Put()
  @Policy('baremetal:node:set_maintenance')
  @HttpCode(202)
  @Described({ summary: 'Put a node in maintenance', body: putArguments, status: 202, answer: null })
  async set(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseIdent(ident);
    const { reason } = parseArguments(putArguments, call.named());
    await this.#write(ident, call, { maintenance: true, maintenanceReason: reason });
  }

  @Delete()
  @Policy('baremetal:node:clear_maintenance')
  @HttpCode(202)
  @Described({ summary: 'Take a node out of maintenance', status: 202, answer: null })
  async clear(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseIdent(ident);
    parseArguments(deleteArguments, call.named());
    await this.#write(ident, call, { maintenance: false, maintenanceReason: null, fault: null });
  }

  /** Ironic takes the node's lock for it, so a node under work answers 409. */
  async #write(
    ident: string,
    call: Call,
    flags: { readonly maintenance: boolean; readonly maintenanceReason: string | null; readonly fault?: null },
  ): Promise<void> {
    const uuid = await this.#finder.uuid(ident, call);
    await this.#finder.exclusive(uuid, (tx, { node }) =>
      tx.node.update({ where: { id: node.id }, data: { ...flags, updatedAt: new Date() } }),
    );
  }
}
