import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Controller, Get, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Policy } from '../auth/policy.js';
import { routingError } from '../errors/api-error.js';
import { Described } from '../openapi/described.js';
import { contentSecurityPolicy, page, pageScript, pageStyle } from './page.js';

const swaggerUi = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** Files that are taken from Swagger UI as they are, with their types. */
const taken: ReadonlyMap<string, string> = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
]);

const own: ReadonlyMap<string, readonly [type: string, text: string]> = new Map([
  ['page.css', ['text/css; charset=utf-8', pageStyle]],
  ['page.js', ['text/javascript; charset=utf-8', pageScript]],
]);

/** `/docs`: the API's reference for people, made in the browser from `/v1/openapi.json`. */
@Controller('docs')
export class DocsController {
  @Get()
  @Policy('public')
  @Described({ summary: 'Read the reference', mediaType: 'text/html', answer: { schema: z.string() } })
  page(@Res() reply: FastifyReply) {
    void reply.headers(headersOf('text/html; charset=utf-8')).send(page);
  }

  @Get(':file')
  @Policy('public')
  @Described({ summary: 'Get a file of the reference', mediaType: '*/*', answer: { schema: z.unknown() } })
  file(@Param('file') file: string, @Res() reply: FastifyReply) {
    const made = own.get(file);
    if (made) return void reply.headers(headersOf(made[0])).send(made[1]);
    const type = taken.get(file);
    if (type === undefined) throw routingError(404);
    void reply
      .headers({ ...headersOf(type), 'cache-control': 'public, max-age=3600' })
      .send(createReadStream(path.join(swaggerUi, file)));
  }
}

function headersOf(type: string): Readonly<Record<string, string>> {
  return {
    'content-type': type,
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
}
