import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '#config/schema.js';

/** Options that shape answers. */
export type AnswerOptions = Pick<Config['api'], 'max_limit' | 'public_endpoint' | 'enable_proxy_headers_parsing'>;

declare module 'fastify' {
  interface FastifyInstance {
    /** Items in one page of a list at most. */
    maxLimit: number;
    /** Start of every link in the answer to a request, without a slash at the end. */
    linkBase: (request: FastifyRequest) => string;
  }
}

/** Tells the requests' {@link Call}s what the configuration says of answers. */
export function answerAsConfigured(fastify: FastifyInstance, options: AnswerOptions): void {
  fastify.decorate('maxLimit', options.max_limit);
  fastify.decorate('linkBase', linkBaseBy(options));
}

/** By Ironic's order: a trusted proxy's headers, the configured address, the address that the request names. */
function linkBaseBy(options: AnswerOptions): (request: FastifyRequest) => string {
  if (options.enable_proxy_headers_parsing) return (request) => forwardedBase(request.headers) ?? ownBase(request);
  const { public_endpoint: fixed } = options;
  return fixed === undefined ? ownBase : () => fixed;
}

function ownBase(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`;
}

/** What a proxy says of the address that its client used (oslo_middleware http_proxy_to_wsgi.py). */
export function forwardedBase(headers: FastifyRequest['headers']): string | undefined {
  const standard = Object.fromEntries(
    firstOf(headers['forwarded'])
      .split(';')
      .map((pair) => pair.split('=', 2).map((text) => text.trim().replace(/^"|"$/g, '')))
      .map(([name = '', value = '']) => [name.toLowerCase(), value]),
  );
  const protocol = standard['proto'] || firstOf(headers['x-forwarded-proto']) || 'http';
  const host = standard['host'] || firstOf(headers['x-forwarded-host']) || firstOf(headers['host']);
  const prefix = firstOf(headers['x-forwarded-prefix']).replace(/\/+$/, '');
  return host === '' ? undefined : `${protocol}://${host}${prefix}`;
}

/** The first of several proxies is the one that the client spoke to. */
function firstOf(header: string | readonly string[] | undefined): string {
  return ([header].flat()[0] ?? '').split(',')[0]?.trim() ?? '';
}
