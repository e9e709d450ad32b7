import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyHttpOptions,
  type FastifyInstance,
  type RawServerDefault,
} from 'fastify';
import { ApiModule } from './app.module.js';
import { authConfig } from './auth/auth-config.js';
import { authenticateRequests } from './auth/authenticate-hook.js';
import { createAuthenticator } from './auth/authenticator.js';
import { ErrorFilter, sendError } from './errors/error-filter.js';
import { refuseOtherAnswers } from './http/accepted-types.js';
import { rememberRoutes } from './http/allowed-methods.js';
import { bodyLimitOf, parseBodies } from './http/body.js';
import { answerAsConfigured } from './http/answering.js';
import { boundClosing } from './http/closing.js';
import { withoutJsonSuffix } from './http/json-suffix.js';
import { describeRequests, newRequestId } from './http/request-hooks.js';
import { createTlsServer, tlsFiles } from './http/tls.js';
import { negotiateVersions } from './http/version-hook.js';
import type { ApiDependencies } from './tokens.js';

/**
 * The API, initialised but not listening: call `listen`, or `inject` in tests.
 * @throws Error in one sentence, when a file that the configuration names does not do
 */
export async function createApi(dependencies: ApiDependencies): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter(createFastify(dependencies));
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
function createFastify({ config, logger }: Pick<ApiDependencies, 'config' | 'logger'>): FastifyInstance {
  // Of Fastify's own type, so that the instance is of the usual one.
  const loggerInstance: FastifyBaseLogger = logger;
  const tls = tlsFiles(config.options.tls);
  const options: FastifyHttpOptions<RawServerDefault, FastifyBaseLogger> = {
    loggerInstance,
    // Our own hooks log; with the label the id reads as in Ironic's logs.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: newRequestId,
    bodyLimit: bodyLimitOf('', config.options.api),
    exposeHeadRoutes: false,
    return503OnClosing: true,
    // Names reach 255 characters, three more for each that is percent-encoded.
    routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: true, caseSensitive: true },
    rewriteUrl: withoutJsonSuffix,
    ...(tls === undefined ? {} : { serverFactory: (listener) => createTlsServer(tls, listener, logger) }),
    frameworkErrors: (error, request, reply) => sendError(error, request, reply),
  };
  const instance: FastifyInstance = fastify(options);
  boundClosing(instance);
  rememberRoutes(instance);
  parseBodies(instance, config.options.api);
  answerAsConfigured(instance, config.options.api);
  describeRequests(instance);
  authenticateRequests(instance, createAuthenticator(authConfig(config.options.auth, config.options.keystone), logger));
  refuseOtherAnswers(instance);
  negotiateVersions(instance);
  return instance;
}
