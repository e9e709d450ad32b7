import { Controller, Get, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import { hardwareTypes } from '#domain/hardware-types.js';
import { minimalVersionText } from '#domain/microversions.js';
import { Policy } from '../auth/policy.js';
import { ConductorsService } from '../conductors/conductors.service.js';
import { invalid, notAcceptable, notFound, routingError } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described, Undescribed } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { parseArguments } from '../resource/schema-error.js';
import { shown } from '../resource/shown.js';
import { driverAnswer, driverListAnswer, propertyDescriptions } from './driver.schema.js';
import { driverFields, driverView, type OfferedDriver } from './driver.view.js';
import { knownDriver } from './known-driver.js';
import { raidProperties } from './raid-properties.js';

const listArguments = z.object({ type: argument.string(), detail: argument.boolean(), fields: argument.strings() });
const oneArguments = z.object({ fields: argument.strings() });
const noArguments = z.object({});

/** `/v1/drivers`: the hardware types that live workers offer. */
@Controller('v1/drivers')
export class DriversController {
  readonly #conductors: ConductorsService;

  constructor(@Inject(ConductorsService) conductors: ConductorsService) {
    this.#conductors = conductors;
  }

  @Get()
  @Policy('baremetal:driver:get')
  @Described({ summary: 'List drivers', query: listArguments, answer: { schema: driverListAnswer } })
  async list(@ThisCall() call: Call) {
    const { type, detail, fields } = parseArguments(listArguments, call.query);
    if (fields !== null && !call.allows('query.driverFields')) throw notAcceptable();
    for (const [value, feature] of [
      [type, 'filter.drivers.type'] as const,
      [detail, 'filter.drivers.detail'] as const,
    ]) {
      if (value !== null && !call.allows(feature)) throw notAcceptable(minimalVersionText(feature));
    }
    if (type !== null && type !== 'classic' && type !== 'dynamic') {
      throw invalid('"type" filter must be one of "classic" or "dynamic", if specified.');
    }
    refuseUnknown(fields ?? []);
    if (detail === true && fields !== null) {
      throw invalid('Can not specify ?detail=True and fields in the same request.');
    }
    if (type === 'classic') return { drivers: [] };
    const drivers = await this.#drivers();
    const options = { detail: detail === true || fields !== null, fields: fields ?? undefined };
    return { drivers: drivers.map((driver) => driverView(driver, call, options)) };
  }

  @Get(':name')
  @Policy('baremetal:driver:get')
  @Described({ summary: 'Show a driver', query: oneArguments, answer: { schema: driverAnswer } })
  one(@Param('name') name: string, @ThisCall() call: Call) {
    const { fields } = parseArguments(oneArguments, call.query);
    refuseUnknown(fields ?? []);
    return this.#show(name, fields, call);
  }

  @Get(':name/properties')
  @Policy('baremetal:driver:get_properties')
  @Described({ summary: 'Show the properties of a driver', answer: { schema: propertyDescriptions } })
  async properties(@Param('name') name: string, @ThisCall() call: Call) {
    parseArguments(noArguments, call.query);
    return hardwareTypes[await knownDriver(this.#conductors, name)].properties;
  }

  @Get(':name/raid/logical_disk_properties')
  @Policy('baremetal:driver:get_raid_logical_disk_properties')
  @Described({
    summary: 'Show the logical disk properties of a driver',
    since: 'resource.raid',
    answer: { schema: propertyDescriptions },
  })
  async raid(@Param('name') name: string, @ThisCall() call: Call) {
    parseArguments(noArguments, call.query);
    if (!call.allows('resource.raid')) throw notAcceptable();
    await knownDriver(this.#conductors, name);
    return raidProperties;
  }

  /** A path below a driver that is no sub-resource reads as the name of a field (as in Ironic's router). */
  @Get(':name/:field')
  @Policy('baremetal:driver:get')
  @Undescribed('Reads as the fields query parameter of the driver.')
  field(@Param('name') name: string, @Param('field') field: string, @ThisCall() call: Call) {
    if (field === 'raid') throw routingError(405, '', { allow: '' });
    return this.#show(name, [field], call);
  }

  async #show(name: string, fields: readonly string[] | null, call: Call) {
    if (fields !== null && !call.allows('query.driverFields')) throw notAcceptable();
    const found = (await this.#drivers()).find((driver) => driver.name === name);
    if (!found) throw notFound(`Could not find the following driver(s) or hardware type(s): ${name}.`);
    const wrong = fields?.filter((field) => !driverFields.includes(field)) ?? [];
    if (wrong.length > 0) throw invalid(`Field(s) "${wrong.join(', ')}" are not valid`);
    return driverView(found, call, { detail: true, fields: fields ?? undefined });
  }

  /** The drivers that live workers offer, by name; one query. */
  async #drivers(): Promise<readonly OfferedDriver[]> {
    const live = await this.#conductors.live();
    return live.drivers().map(({ name, hosts }) => ({ name, hosts, offer: live.offersOf(name)[name] }));
  }
}

function refuseUnknown(names: readonly string[]): void {
  const wrong = names.find((name) => !driverFields.includes(name));
  if (wrong === undefined) return;
  throw invalid(`Schema error: '${wrong}' is not one of ${shown(driverFields)}`);
}
