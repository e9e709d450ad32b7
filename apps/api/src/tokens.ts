import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Database } from '#database/client.js';
import type { SecretBox } from '#database/secrets.js';
import type { OperationStarter } from '#temporal-config/operation-starter.js';
import type { ApiConfig } from './config.js';

/*
 * What the module is given from outside, by token. Nothing is injected by type: type metadata is lost by some
 * compilers, and a missing token is noticed at the start.
 */

export const DATABASE = Symbol('database');
export const SECRETS = Symbol('secrets');
export const STARTER = Symbol('operation starter');
export const TEMPORAL = Symbol('temporal client');
export const CONFIG = Symbol('config');
export const LOGGER = Symbol('logger');

/** The values behind the tokens. */
export interface ApiDependencies {
  readonly database: Database;
  readonly secrets: SecretBox;
  readonly starter: Pick<OperationStarter, 'start' | 'beat' | 'allocate'>;
  readonly temporal: Pick<Client, 'workflow' | 'withDeadline'>;
  readonly config: ApiConfig;
  readonly logger: Logger;
}
