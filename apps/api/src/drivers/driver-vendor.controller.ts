import { All, Controller, Get, Inject, Param, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { driverVendorMethods, vendorCallRefused } from '#domain/vendor-methods.js';
import { Policy } from '../auth/policy.js';
import { ConductorsService } from '../conductors/conductors.service.js';
import { invalid } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { parseArguments } from '../resource/schema-error.js';
import { methodsAnswer } from '../vendor/methods.schema.js';
import { knownDriver } from './known-driver.js';

const noArguments = z.object({});
const byQuery = z.object({ method: argument.string() });

/**
 * `/v1/drivers/{name}/vendor_passthru`: functions of a driver as a whole, of its default vendor interface. None of the
 * drivers here has any, as in Ironic.
 */
@Controller('v1/drivers/:name/vendor_passthru')
export class DriverVendorController {
  readonly #conductors: ConductorsService;

  constructor(@Inject(ConductorsService) conductors: ConductorsService) {
    this.#conductors = conductors;
  }

  @Get('methods')
  @Policy('baremetal:driver:vendor_passthru')
  @Described({
    summary: 'List the vendor methods of a driver',
    query: noArguments,
    answer: { schema: methodsAnswer },
  })
  async methods(@Param('name') name: string, @ThisCall() call: Call) {
    parseArguments(noArguments, call.query);
    await knownDriver(this.#conductors, name);
    return driverVendorMethods;
  }

  @All()
  @Policy('baremetal:driver:vendor_passthru')
  @Described({
    summary: 'Call the vendor method of a driver that the query names',
    query: byQuery,
    answer: { schema: z.unknown() },
  })
  byQuery(@Param('name') name: string, @ThisCall() call: Call, @Req() { method: httpMethod }: FastifyRequest) {
    const { method } = parseArguments(byQuery, call.query, ['method']);
    return this.#refuse(name, method ?? 'None', httpMethod);
  }

  @All(':method')
  @Policy('baremetal:driver:vendor_passthru')
  @Described({ summary: 'Call a vendor method of a driver', query: noArguments, answer: { schema: z.unknown() } })
  byPath(
    @Param('name') name: string,
    @Param('method') method: string,
    @ThisCall() call: Call,
    @Req() { method: httpMethod }: FastifyRequest,
  ) {
    parseArguments(noArguments, call.query);
    return this.#refuse(name, method, httpMethod);
  }

  /** Always refused, with the reason. */
  async #refuse(name: string, method: string, httpMethod: string): Promise<never> {
    await knownDriver(this.#conductors, name);
    throw invalid(vendorCallRefused(driverVendorMethods, method, httpMethod) ?? `No handler for method ${method}`);
  }
}
