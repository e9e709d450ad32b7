import type { FastifyInstance, FastifyRequest } from 'fastify';

interface Route {
  readonly segments: readonly string[];
  readonly methods: Set<string>;
}

const routesOf = new WeakMap<object, Route[]>();

/**
 * Remembers every route of an instance, so that a path asked with a wrong method can be answered with 405 and `Allow`,
 * which Fastify does not do by itself.
 */
export function rememberRoutes(fastify: FastifyInstance): void {
  const routes: Route[] = [];
  routesOf.set(fastify, routes);
  fastify.addHook('onRoute', ({ url, method }) => {
    const segments = segmentsOf(url);
    if (segments.some((segment) => segment.includes('*'))) return;
    const methods = typeof method === 'string' ? [method] : method;
    const known = routes.find((route) => route.segments.join('/') === segments.join('/'));
    if (known) methods.forEach((name) => known.methods.add(name));
    else routes.push({ segments, methods: new Set(methods) });
  });
}

/**
 * Below these paths Ironic's router names the methods of the path itself, whatever is asked for below it, and knows no
 * path that is not there; the first that fits counts.
 */
const governing: readonly (readonly [path: RegExp, methods: readonly string[]])[] = [
  [/^nodes\/[^/]+\/management(\/|$)/, []],
  [/^nodes\/[^/]+\/states\/console(\/|$)/, ['GET', 'PUT']],
  [/^nodes\/[^/]+\/states(\/|$)/, ['GET']],
  [/^nodes\/[^/]+\/traits(\/|$)/, ['DELETE', 'GET', 'PUT']],
  [/^nodes\/[^/]+\/vifs(\/|$)/, ['DELETE', 'GET', 'POST']],
  [/^nodes\/[^/]+\/(bios|children|firmware|history|inventory)(\/|$)/, ['GET']],
];

/** The methods of the path that was asked for, sorted; undefined when there is no such path at all. */
export function allowedMethods(request: FastifyRequest): readonly string[] | undefined {
  const asked = segmentsOf(request.url.split('?')[0] ?? '');
  const [version, ...below] = asked;
  const governor = version === 'v1' ? governing.find(([path]) => path.test(below.join('/'))) : undefined;
  if (governor) return governor[1];
  const found = routesOf.get(request.server)?.filter((route) => matches(route.segments, asked)) ?? [];
  // Of several patterns the one with the fewest parameters is the resource that was meant.
  const best = Math.min(...found.map((route) => parameters(route.segments)));
  const methods = found.filter((route) => parameters(route.segments) === best).flatMap((route) => [...route.methods]);
  return found.length === 0 ? undefined : [...new Set(methods)].sort();
}

function segmentsOf(url: string): string[] {
  return url.split('/').filter((segment) => segment !== '');
}

function matches(pattern: readonly string[], asked: readonly string[]): boolean {
  return (
    pattern.length === asked.length &&
    pattern.every((segment, index) => segment.startsWith(':') || segment === asked[index])
  );
}

function parameters(pattern: readonly string[]): number {
  return pattern.filter((segment) => segment.startsWith(':')).length;
}
