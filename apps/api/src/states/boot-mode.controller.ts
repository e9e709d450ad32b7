import { Controller, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { z } from 'zod';
import { stateOf } from '#database/operations.js';
import type { ManagementFunction } from '#domain/management-interfaces.js';
import { bootModeChangeable } from '#domain/states.js';
import { Policy } from '../auth/policy.js';
import { NodeCallsService, type CheckedNode, type WantedChange } from '../calls/node-calls.service.js';
import { conflict, invalid, notFound } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { refuseIdent } from '../nodes/node-finder.js';
import { Described } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { parseArguments } from '../resource/schema-error.js';
import { functionReason } from '../validation/management-function.js';
import { managementReason } from '../validation/power.js';
import type { Reason } from '../validation/validated-node.js';

const bootModes: readonly (string | null)[] = ['bios', 'uefi'];
const bootModeArguments = z.object({ target: argument.string() });
const secureBootArguments = z.object({ target: argument.boolean() });

const answeredFirst = 'Answered when it is accepted; what came of it is on the node, a failure in last_error.';

/** `states/boot_mode` and `states/secure_boot` of a node, from 1.76 on. */
@Controller('v1/nodes/:ident/states')
export class BootModeController {
  readonly #calls: NodeCallsService;

  constructor(@Inject(NodeCallsService) calls: NodeCallsService) {
    this.#calls = calls;
  }

  @Put('boot_mode')
  @HttpCode(202)
  @Policy('baremetal:node:set_boot_mode')
  @Described({
    summary: 'Set the boot mode of a node',
    description: answeredFirst,
    since: 'resource.bootMode',
    body: bootModeArguments,
    status: 202,
    answer: null,
  })
  async bootMode(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseIdent(ident);
    const { target } = parseArguments(bootModeArguments, call.named(), ['target']);
    const { row } = await this.#calls.found(ident, call, () => undefined);
    if (!call.allows('resource.bootMode')) throw tooOld();
    if (target === null || !bootModes.includes(target)) {
      throw invalid(
        `Invalid boot mode ${target ?? 'None'} requested for node. Allowed boot modes are: ${bootModes.join(', ')}`,
      );
    }
    refuseMoving(row);
    await this.#calls.change(ident, call, reason, (node) => ({
      ...wanted('management.changeBootMode', [target], node, 'set_boot_mode'),
      failure: { text: `Failed to change boot mode to '${target}'`, historyType: null },
    }));
    call.location(`nodes/${ident}/states`);
  }

  @Put('secure_boot')
  @HttpCode(202)
  @Policy('baremetal:node:set_secure_boot')
  @Described({
    summary: 'Switch the secure boot of a node',
    description: answeredFirst,
    since: 'resource.secureBoot',
    body: secureBootArguments,
    status: 202,
    answer: null,
  })
  async secureBoot(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseIdent(ident);
    const { target } = parseArguments(secureBootArguments, call.named(), ['target']);
    const { row } = await this.#calls.found(ident, call, () => undefined);
    if (!call.allows('resource.secureBoot')) throw tooOld();
    if (target === null) {
      throw invalid('Invalid secure_boot None requested for node. Allowed secure_boot states are: True, False) ');
    }
    refuseMoving(row);
    const shown = target ? 'True' : 'False';
    await this.#calls.change(ident, call, reason, (node) => ({
      ...wanted('management.changeSecureBoot', [target], node, 'set_secure_boot_state'),
      failure: { text: `Failed to change secure_boot state to '${shown}'`, historyType: null },
    }));
    call.location(`nodes/${ident}/states`);
  }
}

function wanted<Name extends 'management.changeBootMode' | 'management.changeSecureBoot'>(
  name: Name,
  args: WantedChange<Name>['args'],
  { row }: CheckedNode,
  needed: ManagementFunction,
): Pick<WantedChange<Name>, 'name' | 'args' | 'cannot'> {
  return { name, args, cannot: functionReason(row, needed) };
}

function reason({ validated }: CheckedNode): Reason {
  return managementReason(validated);
}

function refuseMoving(row: CheckedNode['row']): void {
  if (bootModeChangeable(stateOf(row))) return;
  throw conflict(
    `Node is in ${row.provisionState} state. Since node is transitioning, the boot mode will not be set as this may ` +
      'interfere with ongoing changes and result in erroneous modification. Try again later.',
  );
}

function tooOld() {
  return notFound('This endpoint is supported starting with the API version 1.76');
}
