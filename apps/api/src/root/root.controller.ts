import { Controller, Delete, Get, Patch, Post, Put } from '@nestjs/common';
import { maxVersion, minVersion, type Feature } from '#domain/microversions.js';
import { Policy } from '../auth/policy.js';
import { ApiError } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described, Undescribed } from '../openapi/described.js';
import { linksTo } from '../resource/links.js';
import { rootAnswer, v1Answer } from './root.schema.js';

/** Resources of `/v1` by the name of their path, in Ironic's order; null is there at every version. */
const resources: Readonly<Record<string, Feature | null>> = {
  chassis: null,
  nodes: null,
  ports: null,
  drivers: null,
  portgroups: 'resource.portgroups',
  volume: 'resource.volume',
  lookup: 'resource.lookup',
  heartbeat: 'resource.heartbeat',
  conductors: 'resource.conductors',
  allocations: 'resource.allocations',
  events: 'resource.events',
  deploy_templates: 'resource.deployTemplates',
  shards: 'resource.shards',
  runbooks: 'resource.runbooks',
  inspection_rules: 'resource.inspectionRules',
  continue_inspection: 'resource.continueInspection',
};

/** `/` and `/v1`: what there is and at which versions. */
@Controller()
export class RootController {
  @Get()
  @Policy('public')
  @Described({ summary: 'Show the versions of the API', answer: { schema: rootAnswer } })
  root(@ThisCall() call: Call) {
    const version = versionOf(call);
    return {
      name: 'OpenStack Ironic API',
      description: 'Ironic is an OpenStack project which enables the provision and management of baremetal machines.',
      default_version: version,
      versions: [version],
    };
  }

  @Get('v1')
  @Policy('public')
  @Described({ summary: 'Show the resources of the API', answer: { schema: v1Answer } })
  v1(@ThisCall() call: Call) {
    const { base } = call;
    const shown = Object.entries(resources).filter(([, feature]) => feature === null || call.allows(feature));
    return {
      id: 'v1',
      links: [
        { href: `${base}/v1/`, rel: 'self' },
        {
          href: 'https://docs.openstack.org//ironic/latest/contributor//webapi.html',
          rel: 'describedby',
          type: 'text/html',
        },
      ],
      media_types: { base: 'application/json', type: 'application/vnd.openstack.ironic.v1+json' },
      version: versionOf(call),
      ...Object.fromEntries(shown.map(([name]) => [name, linksTo(base, `${name}/`)])),
    };
  }

  @Post('v1')
  @Policy('public')
  @Undescribed('Only refuses.')
  post(): never {
    throw notHere();
  }

  @Put('v1')
  @Policy('public')
  @Undescribed('Only refuses.')
  put(): never {
    throw notHere();
  }

  @Patch('v1')
  @Policy('public')
  @Undescribed('Only refuses.')
  patch(): never {
    throw notHere();
  }

  @Delete('v1')
  @Policy('public')
  @Undescribed('Only refuses.')
  delete(): never {
    throw notHere();
  }
}

/** Ironic's answer comes from a handler, so it has the version headers and no `Allow`. */
function notHere(): ApiError {
  return new ApiError(
    405,
    'The server could not comply with the request since it is either malformed or otherwise incorrect.',
  );
}

function versionOf({ base }: Call) {
  return {
    id: 'v1',
    links: [{ href: `${base}/v1/`, rel: 'self' }],
    status: 'CURRENT',
    min_version: minVersion,
    version: maxVersion,
  };
}
