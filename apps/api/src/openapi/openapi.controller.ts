import { Controller, Get, Headers, Inject } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { z } from 'zod';
import { maxMinor, parseApiVersion, versionHeaders } from '#domain/microversions.js';
import { Policy } from '../auth/policy.js';
import { notAcceptable } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { argument } from '../resource/json-types.js';
import { parseArguments } from '../resource/schema-error.js';
import { Described, Undescribed } from './described.js';
import { openApiDocument } from './document.js';
import { routesOf, type DescribedRoute } from './routes.js';

/** How many are kept: whoever asks for all 115 shall not fill the memory. */
const keptDocuments = 4;
const versionArguments = z.object({ version: argument.string() });

/** GET /v1/openapi.json: the description of the API at one version, made from what validates and answers requests. */
@Controller('v1')
export class OpenApiController {
  readonly #discovery: DiscoveryService;
  readonly #scanner: MetadataScanner;
  readonly #documents = new Map<number, object>();
  #routes: readonly DescribedRoute[] | undefined;

  constructor(
    @Inject(DiscoveryService) discovery: DiscoveryService,
    @Inject(MetadataScanner) scanner: MetadataScanner,
  ) {
    this.#discovery = discovery;
    this.#scanner = scanner;
  }

  /** Of the version in the query, else of that in the headers, else of the newest. */
  @Get('openapi.json')
  @Policy('public')
  @Described({
    summary: 'Get this document',
    description: 'The newest version unless `version` or the header ask for another.',
    query: versionArguments,
    answer: { schema: z.looseObject({ openapi: z.string(), info: z.looseObject({ version: z.string() }) }) },
  })
  document(@ThisCall() call: Call, @Headers() headers: Readonly<Record<string, string>>) {
    const { version } = parseArguments(versionArguments, call.query);
    if (version !== null) return this.#of(minorOf(version));
    const asked = headers[versionHeaders.legacy] ?? headers[versionHeaders.standard];
    return this.#of(asked === undefined ? maxMinor : call.minor);
  }

  /** What is left of the path when clients below 1.91 ask for it (http/json-suffix.ts). */
  @Get('openapi')
  @Policy('public')
  @Undescribed('The same document under the name that old clients ask for.')
  withoutSuffix(@ThisCall() call: Call, @Headers() headers: Readonly<Record<string, string>>) {
    return this.document(call, headers);
  }

  #of(minor: number): object {
    const kept = this.#documents.get(minor);
    if (kept) return kept;
    this.#routes ??= routesOf(this.#discovery, this.#scanner);
    const document = openApiDocument(this.#routes, minor);
    const [oldest] = this.#documents.keys();
    if (oldest !== undefined && this.#documents.size >= keptDocuments) this.#documents.delete(oldest);
    this.#documents.set(minor, document);
    return document;
  }
}

/** @throws ApiError 406 for a version that is not served */
function minorOf(version: string): number {
  const negotiated = parseApiVersion({ [versionHeaders.legacy]: version });
  if (!negotiated.ok) throw notAcceptable(negotiated.text);
  return negotiated.minor;
}
