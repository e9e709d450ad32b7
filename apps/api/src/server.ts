import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { fastify, LogController, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { ApiModule } from './app.module.js';
import { ErrorFilter, sendError } from './errors/error-filter.js';
import { rememberRoutes } from './http/allowed-methods.js';
import { bodyLimits, parseBodies } from './http/body.js';
import { withoutJsonSuffix } from './http/json-suffix.js';
import { describeRequests, newRequestId } from './http/request-hooks.js';
import { negotiateVersions } from './http/version-hook.js';
import type { ApiDependencies } from './tokens.js';

/** The API, initialised but not listening: call `listen`, or `inject` in tests. */
export async function createApi(dependencies: ApiDependencies): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter(createFastify(dependencies.logger));
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.of(dependencies), adapter, {
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new ErrorFilter());
  await app.init();
  await adapter.getInstance().ready();
  return app;
}

/** Fastify, set up to answer as Ironic does where its own habits differ. */
function createFastify(logger: Logger): FastifyInstance {
  const instance: FastifyInstance = fastify({
    loggerInstance: logger,
    // Our own hooks log; with the label the id reads as in Ironic's logs.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: newRequestId,
    bodyLimit: bodyLimits.usual,
    exposeHeadRoutes: false,
    return503OnClosing: true,
    // Names reach 255 characters, three more for each that is percent-encoded.
    routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: true, caseSensitive: true },
    rewriteUrl: withoutJsonSuffix,
    frameworkErrors: (error, request, reply) => sendError(error, request, reply),
  });
  rememberRoutes(instance);
  parseBodies(instance);
  describeRequests(instance);
  negotiateVersions(instance);
  return instance;
}
