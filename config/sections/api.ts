import { option, section, types } from '../option.js';

/** The REST API. */
export const apiSection = section('The REST API.', {
  bind: option(types.text().default('127.0.0.1'), {
    meaning: 'Address on which the API listens; 0.0.0.0 and :: are all of this machine.',
    ironic: '[api]host_ip',
  }),
  port: option(types.port().default(6385), {
    meaning: 'Port on which the API listens; 0 takes a free one.',
    ironic: '[api]port',
  }),
  url: option(types.url().optional(), {
    meaning: 'Base of the URLs under which booted agents reach the API.',
    ironic: '[service_catalog]endpoint_override',
    presetText: 'made of bind and port',
  }),
  public_endpoint: option(types.url().optional(), {
    meaning: 'Base of the links in answers. Not used when enable_proxy_headers_parsing is on.',
    ironic: '[api]public_endpoint',
    presetText: 'the address that the request names',
  }),
  enable_proxy_headers_parsing: option(types.flag().default(false), {
    meaning:
      'Links are made of the headers Forwarded or X-Forwarded-Proto, -Host and -Prefix. Only behind a proxy that sets them.',
    ironic: '[oslo_middleware]enable_proxy_headers_parsing',
  }),
  max_limit: option(types.whole(1, 100_000).default(1_000), {
    meaning: 'Items in one answer of a list at most, and when the request names no limit.',
    ironic: '[api]max_limit',
  }),
  max_json_body_size: option(types.whole(4, 1_048_576).default(1_024), {
    meaning: 'Size of a request body at most (413 beyond).',
    unit: 'KiB',
    ironic: '[api]max_json_body_size',
  }),
  max_json_body_size_provision: option(types.whole(4, 1_048_576).default(65_536), {
    meaning: 'The same for provision verbs, which carry config drives.',
    unit: 'KiB',
    ironic: '[api]max_json_body_size_provision',
  }),
  max_json_body_size_inspection: option(types.whole(4, 1_048_576).default(16_384), {
    meaning: "The same for the agent's inspection data.",
    unit: 'KiB',
    ironic: '[api]max_json_body_size_inspection',
  }),
  max_json_body_depth: option(types.whole(8, 1_000).default(25), {
    meaning: 'Depth of nesting of a request body at most (400 beyond).',
    ironic: '[api]max_json_body_depth',
  }),
  ramdisk_heartbeat_timeout: option(types.whole(1, 86_400).default(300), {
    meaning: 'What agents are told: they call at a random 0.3 to 0.6 of it.',
    unit: 's',
    ironic: '[api]ramdisk_heartbeat_timeout',
  }),
});
