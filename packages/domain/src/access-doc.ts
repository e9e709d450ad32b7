import { policyText } from './access-check.js';
import { accessRules, serviceRoleCheck, type AccessRule } from './access-rules.js';
import { roles } from './access-roles.js';
import { code, table } from './markdown.js';

/** Renders docs/policies.md from the tables, so that the page cannot differ from the code. */
export function renderAccessDoc(): string {
  const rules: [string, AccessRule][] = Object.entries(accessRules);
  return [
    '# Policies',
    '',
    'Generated from `packages/domain/src/access-rules.ts`; do not edit. These are the defaults of Ironic 39.0.0 with its',
    'new defaults and scopes enforced. They are looked at with `auth.strategy: keystone`; with `noauth` and `http_basic`',
    'everybody whom the API answers may do everything, as in Ironic. Public are `/`, `/v1`, `/v1/lookup`,',
    '`/v1/heartbeat/{node}`, `/v1/continue_inspection`, `/v1/openapi.json`, `/docs`, `/healthz` and `/readyz`.',
    '',
    'An object that a project may not even read does not exist for it (404), but for runbooks, which are refused (403) as',
    'in Ironic; what it may read but not change is refused (403). Lists show a project the objects of its own nodes: those',
    'that it owns or is the lessee of.',
    '',
    '## Rules',
    '',
    ...table(
      ['Rule', 'Who', 'Token', 'Requests'],
      rules.map(([name, { who, scopes, requests }]) => [
        code(name),
        who,
        scopes === null ? 'any' : scopes.join(', '),
        requests.map(code).join(', '),
      ]),
    ),
    '',
    '## Who',
    '',
    "In the language of Ironic's policy files. Roles that Keystone's roles imply count: an admin is also manager, member",
    'and reader.',
    '',
    ...table(
      ['Name', 'Check'],
      [
        ...Object.entries(roles).map(([name, check]) => [name, code(policyText(check))]),
        ['rule:service_role', `${code(policyText(serviceRoleCheck))}, only with \`keystone.service_project_name\``],
      ],
    ),
    '',
  ].join('\n');
}
