import type { Logger } from 'pino';
import type { AuthConfig } from './auth-config.js';
import type { Authenticator } from './caller.js';
import { HttpBasic } from './http-basic.js';
import { Keystone } from './keystone.js';
import { noauth } from './noauth.js';

/** The configured strategy. @throws Error in one sentence, when a file that it needs does not do */
export function createAuthenticator(config: AuthConfig, logger: Logger): Authenticator {
  switch (config.strategy) {
    case 'noauth':
      return noauth;
    case 'http_basic':
      return new HttpBasic(config.userFile, logger);
    case 'keystone':
      return new Keystone(config.keystone, logger);
  }
}
