import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import type { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { policyKey, type PolicyName } from '../auth/policy.js';
import { describedKey, undescribedKey, type Description } from './described.js';

/** A path with a method, and what its handler says of itself. */
export interface DescribedRoute {
  /** `NodesController.list`. */
  readonly handler: string;
  /** With parameters in braces: `/v1/nodes/{ident}`. */
  readonly path: string;
  /** Lower case, as OpenAPI has them. */
  readonly method: string;
  /** The handler takes all methods. */
  readonly anyMethod: boolean;
  readonly description: Description | undefined;
  /** Why it is not in the document. */
  readonly undescribed: string | undefined;
  readonly policy: PolicyName | undefined;
}

const everyMethod = ['get', 'post', 'put', 'patch', 'delete'];

/** All routes of the application, in the order of its controllers. */
export function routesOf(discovery: DiscoveryService, scanner: MetadataScanner): readonly DescribedRoute[] {
  return discovery.getControllers().flatMap(({ metatype }) => {
    if (typeof metatype !== 'function') return [];
    const prototype: object = metatype.prototype;
    return scanner
      .getAllMethodNames(prototype)
      .flatMap((name) => routesOfHandler(metatype, `${metatype.name}.${name}`, Reflect.get(prototype, name)));
  });
}

function routesOfHandler(controller: object, handler: string, method: unknown): readonly DescribedRoute[] {
  if (typeof method !== 'function') return [];
  const verb: RequestMethod | undefined = Reflect.getMetadata(METHOD_METADATA, method);
  if (verb === undefined) return [];
  const said: Omit<DescribedRoute, 'path' | 'method'> = {
    handler,
    anyMethod: verb === RequestMethod.ALL,
    description: Reflect.getMetadata(describedKey, method),
    undescribed: Reflect.getMetadata(undescribedKey, method),
    policy: Reflect.getMetadata(policyKey, method),
  };
  return pathsOf(controller).flatMap((start) =>
    pathsOf(method).flatMap((end) => {
      const path = templateOf(`${start}/${end}`);
      return methodsOf(verb).map((name) => ({ ...said, path, method: name }));
    }),
  );
}

function pathsOf(target: object): readonly string[] {
  const paths: unknown = Reflect.getMetadata(PATH_METADATA, target);
  return Array.isArray(paths) ? paths.map(String) : [String(paths)];
}

function templateOf(path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '');
  return `/${segments.map((segment) => segment.replace(/^:(\w+)$/, '{$1}')).join('/')}`;
}

function methodsOf(verb: RequestMethod): readonly string[] {
  return verb === RequestMethod.ALL ? everyMethod : [RequestMethod[verb].toLowerCase()];
}
