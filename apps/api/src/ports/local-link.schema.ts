import { z } from 'zod';
import { documented, orNull } from '../resource/documented.js';
import { isJsonObject, type JsonObject } from '../resource/json-types.js';
import { asMac } from '../resource/names.js';
import { plainly, shown } from '../resource/shown.js';

const names = {
  port_id: z.string().optional(),
  switch_id: z.string().optional(),
  hostname: z.string().optional(),
  switch_info: z.string().optional(),
  network_type: z.enum(['managed', 'unmanaged']).optional(),
  'vtep-logical-switch': z.string().optional(),
  'vtep-physical-switch': z.string().optional(),
};

const base = z.strictObject(names);
const needs = (...required: (keyof typeof names)[]) =>
  base.refine((value) => required.every((name) => value[name] !== undefined));

/** A switch port; a smart NIC; a link outside of any management; an OVN VTEP; or nothing. */
const accepted = z.union([
  needs('port_id', 'switch_id'),
  needs('port_id', 'hostname'),
  needs('network_type').refine((value) => value.network_type === 'unmanaged'),
  needs('port_id', 'vtep-logical-switch', 'vtep-physical-switch'),
  z.strictObject({}),
]);

/** `local_link_connection` of a port (Ironic api/controllers/v1/utils.py LOCAL_LINK_CONN_SCHEMA); switch_id is normalised. */
export function localLinkConnection() {
  const schema = z
    .custom<JsonObject>(isJsonObject, {
      error: (issue) => `${shown(issue.input)} is not of type 'null', 'object'`,
    })
    .nullish()
    .refine((value) => value === null || value === undefined || accepted.safeParse(value).success, {
      params: { alone: true },
      error: (issue) =>
        `Schema error for local_link_connection: ${shown(issue.input)} is not valid under any of the given schemas. ` +
        `Possible root cause: ${rootCause(issue.input)}`,
      abort: true,
    })
    .refine((value) => value?.['switch_id'] === undefined || normalSwitchId(value['switch_id']) !== undefined, {
      params: { alone: true },
      error: (issue) =>
        `Expected a MAC address or OpenFlow datapath ID but received ${plainly(switchIdOf(issue.input))}.`,
    })
    .transform((value) => {
      const id = normalSwitchId(value?.['switch_id']);
      return value && id !== undefined ? { ...value, switch_id: id } : (value ?? {});
    });
  return documented(schema, orNull(link), link);
}

const text = { type: 'string' };
const link = {
  type: 'object',
  properties: {
    ...Object.fromEntries(Object.keys(names).map((name) => [name, text])),
    network_type: { enum: ['managed', 'unmanaged'] },
  },
  additionalProperties: false,
};

/** Is the link that of a smart NIC, with port_id and hostname? */
export function isSmartNicLink(value: unknown): boolean {
  return needs('port_id', 'hostname').safeParse(value).success;
}

function normalSwitchId(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return (
    asMac(value) ??
    (/^(0x)?[0-9a-f]{16}$|^([0-9a-f]{2}:){7}[0-9a-f]{2}$/i.test(value) ? value.toLowerCase() : undefined)
  );
}

function switchIdOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'switch_id' in value ? value.switch_id : undefined;
}

function rootCause(value: unknown): string {
  const unexpected = Object.keys(Object(value)).find((name) => !Object.hasOwn(names, name));
  if (unexpected !== undefined) return `Additional properties are not allowed ('${unexpected}' was unexpected)`;
  return Object.hasOwn(Object(value), 'port_id')
    ? "'switch_id' is a required property"
    : "'port_id' is a required property";
}
