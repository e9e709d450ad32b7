import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Credentials, Target } from './access-check.js';
import { accessRules, isRuleName, needsObject, permits } from './access-rules.js';

interface Recorded {
  readonly rules: readonly string[];
  /** Scope, role, target and perhaps `elevated` of what Ironic allows. */
  readonly allowed: readonly (readonly string[])[];
}

const recorded: readonly Recorded[] = JSON.parse(
  readFileSync(new URL('./vectors/access-rules.json', import.meta.url), 'utf8'),
);

const roles: Readonly<Record<string, readonly string[]>> = {
  admin: ['admin', 'manager', 'member', 'reader'],
  manager: ['manager', 'member', 'reader'],
  member: ['member', 'reader'],
  reader: ['reader'],
  service: ['service'],
  other: ['other'],
};
const scopes = ['system', 'domain', 'owner', 'lessee', 'stranger', 'service'];
const targets: Readonly<Record<string, Target>> = {
  owned: { 'node.owner': 'owner', 'node.lessee': 'lessee', 'allocation.owner': 'owner', 'runbook.owner': 'owner' },
  unowned: { 'node.owner': null, 'allocation.owner': null, 'runbook.owner': null },
  'unowned with null lessee': { 'node.owner': null, 'node.lessee': null },
  'no object': {},
};

function credentials(scope: string, role: string): Credentials {
  const project = scope === 'system' || scope === 'domain' ? null : scope;
  return {
    roles: roles[role] ?? [],
    systemScope: scope === 'system' ? 'all' : null,
    domainId: scope === 'domain' ? 'd' : null,
    projectId: project,
    projectName: project,
  };
}

/** Every combination that the rule allows, written as the recording is. */
function allowedBy(rule: string): string[] {
  if (!isRuleName(rule)) throw new Error(`${rule} is not in the table`);
  const found: string[] = [];
  for (const scope of scopes) {
    for (const role of Object.keys(roles)) {
      for (const [about, target] of Object.entries(targets)) {
        const who = credentials(scope, role);
        if (permits(rule, who, target)) found.push([scope, role, about].join(' / '));
        const elevated = { ...target, 'config.service_project_name': 'service' };
        if (scope === 'service' && permits(rule, who, elevated))
          found.push([scope, role, about, 'elevated'].join(' / '));
      }
    }
  }
  return found;
}

test.each(recorded.flatMap(({ rules, allowed }) => rules.map((rule) => ({ rule, allowed }))))(
  '$rule allows whom Ironic allows',
  ({ rule, allowed }) => {
    expect(allowedBy(rule)).toEqual(allowed.map((parts) => parts.join(' / ')));
  },
);

test('the table has every rule of Ironic, and of others only our own', () => {
  const theirs = new Set(recorded.flatMap(({ rules }) => rules));
  expect(Object.keys(accessRules).filter((name) => !theirs.has(name) && !name.startsWith('temper:'))).toEqual([]);
  expect([...theirs].filter((name) => !isRuleName(name))).toEqual([]);
});

test('a rule about an owner waits for the object', () => {
  expect(needsObject('baremetal:node:get')).toBe(true);
  expect(needsObject('baremetal:node:vendor_passthru')).toBe(true);
  expect(needsObject('baremetal:node:list')).toBe(false);
  expect(needsObject('baremetal:driver:get')).toBe(false);
});

test('an unknown word is no rule', () => {
  expect(isRuleName('constructor')).toBe(false);
});
