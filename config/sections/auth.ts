import { option, section, types } from '../option.js';

/** Who may use the API. */
export const authSection = section('Who may use the API.', {
  strategy: option(types.choice(['noauth', 'http_basic', 'keystone']).default('noauth'), {
    meaning:
      'noauth: everybody may do everything. http_basic: everybody in the user file may. keystone: by token, project and role, see policies.md.',
    ironic: '[DEFAULT]auth_strategy',
  }),
  http_basic_user_file: option(types.text().optional(), {
    meaning:
      'User file in the form of htpasswd -B (bcrypt only), needed by http_basic. It is read again when it changes.',
    ironic: '[DEFAULT]http_basic_auth_user_file',
    presetText: 'none',
  }),
});
