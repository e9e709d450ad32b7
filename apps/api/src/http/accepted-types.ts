import type { FastifyInstance } from 'fastify';
import { routingError } from '../errors/api-error.js';
import { sendError } from '../errors/error-filter.js';

/** The reference is read in a browser (docs/docs.controller.ts). */
function isForPeople(url: string): boolean {
  return /^\/docs(?:[/?]|$)/.test(url);
}

/** Refuses requests that take no JSON. After authentication, as in Ironic. */
export function refuseOtherAnswers(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (takesJson(request.headers.accept) || isForPeople(request.url)) done();
    else sendError(routingError(406, 'Only application/json can be given.'), request, reply);
  });
}

function takesJson(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  return accept.split(',').some((part) => {
    const type = part.split(';')[0]?.trim().toLowerCase();
    return type === '*/*' || type === 'application/*' || type === 'application/json';
  });
}
