import type { z } from 'zod';
import type { authSection } from '#config/sections/auth.js';
import type { keystoneSection } from '#config/sections/keystone.js';

/** How to ask Keystone. */
export interface KeystoneConfig {
  /** Without `/v3` and slashes at its end. */
  readonly authUrl: string;
  readonly username: string;
  readonly password: string;
  readonly userDomainName: string;
  readonly projectName: string;
  readonly projectDomainName: string;
  readonly wwwAuthenticateUri: string;
  readonly caFile: string | undefined;
  readonly cacheSeconds: number;
  readonly timeoutSeconds: number;
  /** Project whose service accounts act for the whole system. */
  readonly serviceProjectName: string | undefined;
}

/** The strategy with what it needs. */
export type AuthConfig =
  | { readonly strategy: 'noauth' }
  | { readonly strategy: 'http_basic'; readonly userFile: string }
  | { readonly strategy: 'keystone'; readonly keystone: KeystoneConfig };

/**
 * Puts the sections `auth` and `keystone` of the configuration together.
 * @throws Error in one sentence, when the strategy lacks what it needs
 */
export function authConfig(auth: z.output<typeof authSection>, keystone: z.output<typeof keystoneSection>): AuthConfig {
  switch (auth.strategy) {
    case 'noauth':
      return { strategy: 'noauth' };
    case 'http_basic': {
      const userFile = auth.http_basic_user_file;
      if (userFile === undefined) throw new Error(lacks('http_basic', 'auth.http_basic_user_file'));
      return { strategy: 'http_basic', userFile };
    }
    case 'keystone': {
      const { auth_url: url, password } = keystone;
      if (url === undefined) throw new Error(lacks('keystone', 'keystone.auth_url'));
      if (password === undefined) throw new Error(lacks('keystone', 'keystone.password'));
      return {
        strategy: 'keystone',
        keystone: {
          authUrl: url.replace(/\/+$/, '').replace(/\/v3$/, ''),
          username: keystone.username,
          password,
          userDomainName: keystone.user_domain_name,
          projectName: keystone.project_name,
          projectDomainName: keystone.project_domain_name,
          wwwAuthenticateUri: keystone.www_authenticate_uri ?? url,
          caFile: keystone.cafile,
          cacheSeconds: keystone.cache_seconds,
          timeoutSeconds: keystone.timeout_seconds,
          serviceProjectName: keystone.service_project_name,
        },
      };
    }
  }
}

function lacks(strategy: string, option: string): string {
  return `The strategy ${strategy} of authentication needs ${option}: set it in temper.yaml or the environment.`;
}
