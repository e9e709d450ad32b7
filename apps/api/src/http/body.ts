import type { FastifyInstance } from 'fastify';
import type { Config } from '#config/schema.js';
import { ApiError } from '../errors/api-error.js';

/** A request's body. Ironic reads JSON whatever the content type says; what to do with bad JSON the handler decides. */
export type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'form'; readonly names: readonly string[] };

/** How large bodies may be. */
export type BodyLimits = Pick<
  Config['api'],
  'max_json_body_size' | 'max_json_body_size_provision' | 'max_json_body_size_inspection' | 'max_json_body_depth'
>;

/** The limit in bytes for a route's URL pattern: config drives and inspection data may be larger. */
export function bodyLimitOf(url: string, limits: BodyLimits): number {
  return 1024 * kibibytesOf(url, limits);
}

function kibibytesOf(url: string, limits: BodyLimits): number {
  if (url.endsWith('/states/provision')) return limits.max_json_body_size_provision;
  if (url.endsWith('/continue_inspection')) return limits.max_json_body_size_inspection;
  return limits.max_json_body_size;
}

/** Makes `request.body` a {@link Body} for every content type, or for none. */
export function parseBodies(fastify: FastifyInstance, limits: BodyLimits): void {
  fastify.addHook('onRoute', (route) => {
    route.bodyLimit = bodyLimitOf(route.url, limits);
  });
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (request, raw, done) => {
    try {
      done(null, parseBody(raw.toString(), request.headers['content-type'] ?? '', limits.max_json_body_depth));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/** @throws ApiError 400 when objects are nested too deeply, whatever else they contain */
export function parseBody(text: string, contentType: string, maxDepth: number): Body {
  if (text === '') return { kind: 'none' };
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    return { kind: 'form', names: [...new URLSearchParams(text).keys()] };
  }
  if (contentType.startsWith('multipart/')) return { kind: 'form', names: ['body'] };
  if (isTooDeep(text, maxDepth)) {
    const reason = 'Request body JSON is nested too deeply. Please contact the service administrator.';
    throw new ApiError(400, reason, { form: 'bare' });
  }
  try {
    // A NUL cannot be stored by PostgreSQL in any text or JSON.
    if (/\\u0000/.test(text)) return { kind: 'invalid', reason: 'The body holds the character U+0000.' };
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    return { kind: 'invalid', reason: 'The body is not JSON.' };
  }
}

/** Counts brackets outside of strings, before any parser recurses. */
function isTooDeep(text: string, maxDepth: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const char = text[index];
    if (inString) {
      if (char === '\\') index++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') {
      if (++depth > maxDepth) return true;
    } else if (char === '}' || char === ']') depth--;
  }
  return false;
}
