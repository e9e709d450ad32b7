import type { IncomingMessage } from 'node:http';
import { keepsJsonSuffix } from '#domain/microversions.js';

const stripped = new WeakSet<IncomingMessage>();

/**
 * The URL without `.json` at the end of its path, for clients below 1.91 (Ironic middleware/json_ext.py). Made for
 * Fastify's `rewriteUrl`, so it runs before routing.
 */
export function withoutJsonSuffix(request: IncomingMessage): string {
  const url = request.url ?? '/';
  const [path, query] = splitQuery(url);
  const trimmed = path.replace(/\/+$/, '');
  if (!trimmed.endsWith('.json') || keepsJsonSuffix(request.headers)) return url;
  stripped.add(request);
  return trimmed.slice(0, -'.json'.length) + (query === undefined ? '' : `?${query}`);
}

/** Was a `.json` taken away? Then the name may end in it after all. */
export function hasJsonSuffix(request: IncomingMessage): boolean {
  return stripped.has(request);
}

function splitQuery(url: string): [string, string | undefined] {
  const at = url.indexOf('?');
  return at < 0 ? [url, undefined] : [url.slice(0, at), url.slice(at + 1)];
}
