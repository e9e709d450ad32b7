import { SetMetadata } from '@nestjs/common';

/** Key under which a handler's policy is kept. */
export const policyKey = 'temper:policy';

/** What a handler's callers must be allowed: the name of a rule of the policy table, or `public` for everybody. */
export type PolicyName = `baremetal:${string}` | `temper:${string}` | 'public';

/**
 * Names the rule that a request to this handler must satisfy, as Ironic names it (ironic/common/policy.py), such as
 * `baremetal:node:get`. Every handler has one.
 */
export function Policy(name: PolicyName): MethodDecorator {
  return SetMetadata(policyKey, name);
}
