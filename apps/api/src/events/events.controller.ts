import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import type { Logger } from 'pino';
import { z } from 'zod';
import { Policy } from '../auth/policy.js';
import { notFound } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described } from '../openapi/described.js';
import { asMac, asUuid } from '../resource/names.js';
import { parseDocument } from '../resource/schema-error.js';
import { shown } from '../resource/shown.js';
import { LOGGER } from '../tokens.js';

const names = ['network.bind_port', 'network.unbind_port', 'network.delete_port'];

interface Issue {
  readonly input?: unknown;
  readonly path?: PropertyKey[] | undefined;
}

function text() {
  return z.string({
    error: (issue: Issue) =>
      issue.input === undefined
        ? `'${String(issue.path?.at(-1))}' is a required property`
        : `${shown(issue.input)} is not of type 'string'`,
  });
}

const uuid = () =>
  text().refine((value) => asUuid(value) !== undefined, { error: ({ input }) => `${shown(input)} is not a 'uuid'` });

/** One event of Neutron (Ironic api/schemas/v1/event.py), properties in the order in which Ironic misses them. */
const event = z.strictObject({
  event: text().refine((name) => names.includes(name), {
    error: ({ input }) => `${shown(input)} is not one of ${shown(names)}`,
  }),
  port_id: uuid(),
  mac_address: text().refine((value) => asMac(value) !== undefined, {
    error: ({ input }) => `${shown(input)} is not a 'mac-address'`,
  }),
  status: text(),
  device_id: uuid().nullish(),
  'binding:host_id': uuid().nullish(),
  'binding:vnic_type': text().nullish(),
});

const body = z.strictObject({
  events: z
    .array(event, {
      error: ({ input }) =>
        input === undefined ? "'events' is a required property" : `${shown(input)} is not of type 'array'`,
    })
    .min(1, { error: () => '[] should be non-empty' }),
});

/** `/v1/events`: what Neutron tells (1.54). As in Ironic nothing is done with it but a line in the log. */
@Controller('v1/events')
export class EventsController {
  readonly #logger: Logger;

  constructor(@Inject(LOGGER) logger: Logger) {
    this.#logger = logger;
  }

  @Post()
  @HttpCode(204)
  @Policy('baremetal:events:post')
  @Described({ summary: 'Tell of events outside', since: 'resource.events', body, status: 204, answer: null })
  create(@ThisCall() call: Call): void {
    if (!call.allows('resource.events')) throw notFound('The API is not supported for this version');
    for (const told of parseDocument(body, call.json(), '').events) {
      this.#logger.debug({ event: told.event, port: told.port_id, status: told.status }, 'external event');
    }
  }
}
