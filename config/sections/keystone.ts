import { option, section, types } from '../option.js';

/** How the API asks Keystone about tokens. */
export const keystoneSection = section('How the API asks Keystone about tokens; used by auth.strategy keystone.', {
  auth_url: option(types.url().optional(), {
    meaning: 'Keystone, such as https://keystone.example.org:5000/v3.',
    ironic: '[keystone_authtoken]auth_url',
    presetText: 'none',
  }),
  username: option(types.text().default('ironic'), {
    meaning: 'Account with which tokens are validated; it needs the role service or admin.',
    ironic: '[keystone_authtoken]username',
  }),
  password: option(types.text().optional(), {
    meaning: 'Password of that account.',
    ironic: '[keystone_authtoken]password',
    secret: true,
    presetText: 'none',
  }),
  user_domain_name: option(types.text().default('Default'), {
    meaning: 'Domain of the account.',
    ironic: '[keystone_authtoken]user_domain_name',
  }),
  project_name: option(types.text().default('service'), {
    meaning: 'Project for which the account has its role.',
    ironic: '[keystone_authtoken]project_name',
  }),
  project_domain_name: option(types.text().default('Default'), {
    meaning: 'Domain of that project.',
    ironic: '[keystone_authtoken]project_domain_name',
  }),
  www_authenticate_uri: option(types.url().optional(), {
    meaning: 'Where clients without a valid token are told to get one.',
    ironic: '[keystone_authtoken]www_authenticate_uri',
    presetText: 'auth_url',
  }),
  cafile: option(types.text().optional(), {
    meaning: "Certificates (PEM) that Keystone's is checked with.",
    ironic: '[keystone_authtoken]cafile',
    presetText: "Node's own list",
  }),
  cache_seconds: option(types.whole(0, 86_400).default(300), {
    meaning:
      'How long a validated token is taken without asking again, never beyond its end. As long may a revoked token still work.',
    unit: 's',
    ironic: '[keystone_authtoken]token_cache_time',
  }),
  timeout_seconds: option(types.whole(1, 300).default(10), {
    meaning: 'How long an answer of Keystone is waited for; then requests get 503.',
    unit: 's',
    ironic: '[keystone_authtoken]http_connect_timeout',
  }),
  service_project_name: option(types.text().optional(), {
    meaning: 'Accounts with the role service in the project of this name may act for the whole system.',
    ironic: '[DEFAULT]rbac_service_role_elevated_access and rbac_service_project_name',
    presetText: 'none: a service account is bound to its project',
  }),
});
