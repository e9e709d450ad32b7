import { SetMetadata } from '@nestjs/common';
import type { RuleName } from '#domain/access-rules.js';

/** Key under which a handler's policy is kept. */
export const policyKey = 'temper:policy';

/** What a handler's callers must be allowed: the name of a rule of the policy table, or `public` for everybody. */
export type PolicyName = RuleName | 'public';

/**
 * Names the rule that a request to this handler must satisfy, as Ironic names it (ironic/common/policy.py), such as
 * `baremetal:node:get`. Every handler has one. A rule about an object's owner is asked by whoever finds the object,
 * see {@link Access}.
 */
export function Policy(name: PolicyName): MethodDecorator {
  return SetMetadata(policyKey, name);
}
