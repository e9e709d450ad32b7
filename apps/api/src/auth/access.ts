import type { Target } from '#domain/access-check.js';
import { needsObject, permits, type RuleName } from '#domain/access-rules.js';
import { forbidden, type ApiError } from '../errors/api-error.js';
import type { Caller } from './caller.js';

/** Whom a node belongs to. */
export interface Owned {
  readonly owner: string | null;
  readonly lessee: string | null;
}

/** Kinds of objects with lists that show a project only its own. */
export type ListedKind = 'node' | 'port' | 'portgroup' | 'volume' | 'allocation' | 'runbook';

/**
 * What the caller of one request may do. The guard makes it, and asks the handler's rule as far as that can be told
 * without an object; who finds the object asks the rest: {@link node}, {@link partOfNode}, {@link list} and the like.
 */
export class Access {
  readonly caller: Caller;
  /** The rule of the handler; null when it is public. */
  readonly rule: RuleName | null;
  /** The handler's rule has been asked for an object, or a list narrowed. */
  #settled: boolean;
  #seesAll: boolean | undefined;

  constructor(caller: Caller, rule: RuleName | null) {
    this.caller = caller;
    this.rule = rule;
    this.#settled = !caller.bound || rule === null || !(needsObject(rule) || rule.endsWith(':list'));
  }

  /** Everybody's access: for public handlers, and for work of our own. */
  static readonly open = (caller: Caller): Access => new Access({ ...caller, bound: false }, null);

  /** Has everything been asked that the handler's rule demands? When not, its answer must not go out. */
  get settled(): boolean {
    return this.#settled;
  }

  /** Does the rule allow it? */
  may(rule: RuleName, target: Target = {}): boolean {
    const { caller } = this;
    if (!caller.bound) return true;
    const service = caller.serviceProjectName;
    return permits(rule, caller, service === null ? target : { ...target, 'config.service_project_name': service });
  }

  /** @throws ApiError 403 when the rule does not allow it */
  demand(rule: RuleName, target: Target = {}): void {
    if (!this.may(rule, target)) throw denied(rule);
  }

  /**
   * Asks for a node that the path names (Ironic check_node_policy_and_retrieve).
   * @param missing the error of a node that does not exist: whoever may not read it learns no more
   * @throws ApiError that, or 403
   */
  node(node: Owned, missing: () => ApiError, rules: readonly RuleName[] = this.#own()): void {
    this.#visible(nodeTarget(node), missing, rules);
  }

  /** The same for a port, a portgroup or a volume of that node (Ironic check_port_policy_and_retrieve). */
  partOfNode(node: Owned, missing: () => ApiError, rules: readonly RuleName[] = this.#own()): void {
    this.#visible({ 'node.owner': node.owner, 'node.lessee': node.lessee }, missing, rules);
  }

  /**
   * Asks whether the caller may add something to that node. One that does not exist is as one that nobody owns, so that
   * those who may not do not learn which exist.
   * @throws ApiError 403
   */
  addTo(node: Owned | undefined): void {
    this.#settled = true;
    for (const rule of this.#own()) this.demand(rule, nodeTarget(node ?? { owner: null, lessee: null }));
  }

  /** Asks for an allocation (Ironic check_allocation_policy_and_retrieve). */
  allocation(owner: string | null, missing: () => ApiError, rules: readonly RuleName[] = this.#own()): void {
    this.#settled = true;
    const target = { 'allocation.owner': owner };
    if (!this.may('baremetal:allocation:get', target)) throw missing();
    for (const rule of rules) this.demand(rule, target);
  }

  /**
   * Asks for a runbook (Ironic check_runbook_policy_and_retrieve).
   * @throws ApiError 403
   */
  runbook({ owner }: { readonly owner: string | null }, rules: readonly RuleName[] = this.#own()): void {
    this.#settled = true;
    for (const rule of rules) this.demand(rule, { 'runbook.owner': owner });
  }

  /**
   * The project whose objects a list shows; null for all (Ironic check_list_policy).
   * @param wanted the project that the request itself asks for
   * @throws ApiError 403 for another's project, or without a project
   */
  list(kind: ListedKind, wanted: string | null = null): string | null {
    this.#settled = true;
    if (this.may(`baremetal:${kind}:list_all`)) return wanted;
    const { projectId } = this.caller;
    if (projectId === null || (wanted !== null && wanted !== projectId)) throw denied(`baremetal:${kind}:list_all`);
    this.demand(`baremetal:${kind}:list`);
    return projectId;
  }

  /** Is this field of the node kept from the caller? */
  hides(field: HidableField, node: Owned): boolean {
    if (!this.caller.bound) return false;
    // Asked once for a list of a thousand.
    this.#seesAll ??= this.may('baremetal:node:get:filter_threshold');
    return !this.#seesAll && !this.may(`baremetal:node:get:${field}`, nodeTarget(node));
  }

  #visible(target: Target, missing: () => ApiError, rules: readonly RuleName[]): void {
    this.#settled = true;
    if (!this.may('baremetal:node:get', target)) throw missing();
    for (const rule of rules) this.demand(rule, target);
  }

  #own(): readonly RuleName[] {
    return this.rule === null ? [] : [this.rule];
  }
}

/** Fields of a node that reduced roles do not see. */
export type HidableField = 'last_error' | 'reservation' | 'driver_internal_info' | 'driver_info';

/** Ironic asks two rules, one after the other, of whoever creates these, and names the last. */
const refusedAs: Readonly<Partial<Record<RuleName, RuleName>>> = {
  'baremetal:node:create:self_owned_node': 'baremetal:node:create',
  'baremetal:allocation:create': 'baremetal:allocation:create_restricted',
};

/** Ironic's HTTPForbidden. */
export function denied(rule: RuleName): ApiError {
  return forbidden(`Access was denied to the following resource: ${refusedAs[rule] ?? rule}`);
}

/** A node as target of a rule; a lessee that is not set fits nobody. */
export function nodeTarget({ owner, lessee }: Owned): Target {
  return { 'node.owner': owner, ...(lessee === null || lessee === '' ? {} : { 'node.lessee': lessee }) };
}
