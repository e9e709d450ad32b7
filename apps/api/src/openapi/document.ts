import { allows } from '#domain/microversions.js';
import { operationOf, resourcesOf, type RouteInDocument } from './operation.js';
import { answerSchemas } from './resource-schemas.js';
import type { DescribedRoute } from './routes.js';
import { errorResponses, errorSchemas, headers, securitySchemes, versionParameter } from './standard-parts.js';

const about = `Bare-metal provisioning with the API of OpenStack Ironic.

Each request says by \`X-OpenStack-Ironic-API-Version: 1.N\` (or \`OpenStack-API-Version: baremetal 1.N\`) which version
of the API it is made for; without it, it is made for 1.1. What is newer than the version is not shown, and refused when
it is sent. This document describes one version; \`/v1/openapi.json?version=1.N\` gives the others.`;

/** The OpenAPI 3.1 document of one minor version. */
export function openApiDocument(routes: readonly DescribedRoute[], minor: number): object {
  const shown = routes.filter((route) => isIn(route, minor));
  const resources = shown.flatMap(({ description }) => resourcesOf(description));
  const paths: Record<string, Record<string, object>> = {};
  for (const route of shown) (paths[route.path] ??= {})[route.method] = operationOf(route, minor);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Temper: the Bare Metal API',
      version: `1.${minor}`,
      description: about,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    // Which of them counts is configured; with `noauth` none is needed.
    security: [{}, { basic: [] }, { token: [] }],
    paths,
    components: {
      schemas: {
        ...errorSchemas,
        ...Object.assign({}, ...resources.map((resource) => answerSchemas(resource, minor))),
      },
      parameters: { Version: versionParameter(minor) },
      responses: errorResponses,
      headers,
      securitySchemes,
    },
  };
}

function isIn(route: DescribedRoute, minor: number): route is RouteInDocument {
  const { description } = route;
  return description !== undefined && (description.since === undefined || allows(minor, description.since));
}
