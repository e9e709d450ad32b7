import type { NamedFlow, SteppingInterfaces } from '#domain/driver-steps.js';
import type { Node, Operation } from '#database/generated/client.js';
import type { UserStep } from '#domain/steps.js';
import { jsonObject, textOf } from './json.js';

/** The interfaces of a node that bring steps of their own. */
export function steppingInterfaces(
  node: Pick<Node, 'deployInterface' | 'vendorInterface' | 'biosInterface' | 'firmwareInterface'>,
): SteppingInterfaces {
  return {
    deploy: node.deployInterface,
    vendor: node.vendorInterface,
    bios: node.biosInterface,
    firmware: node.firmwareInterface,
  };
}

/** Steps given with the verb or by its runbook; the API has checked their form. Secrets in their arguments are sealed. */
export function userStepsOf({ plan }: Pick<Operation, 'plan'>): UserStep[] {
  return stepsIn(plan, 'userSteps');
}

/** Steps of the deploy templates that the instance's traits named when the verb was accepted. */
export function templateStepsOf({ plan }: Pick<Operation, 'plan'>): UserStep[] {
  return stepsIn(plan, 'templateSteps');
}

/** Must no ramdisk be booted for the named steps? */
export function ramdiskDisabled({ plan }: Pick<Operation, 'plan'>): boolean {
  return jsonObject(plan)['disableRamdisk'] === true;
}

/** The kind of work whose steps the client named; undefined for all other work, automated cleaning among it. */
export function namedFlowOf(operation: Pick<Operation, 'plan' | 'type'>): NamedFlow | undefined {
  if (operation.type === 'service') return 'service';
  return operation.type === 'clean' && userStepsOf(operation).length > 0 ? 'clean' : undefined;
}

/** Does step `index` of the plan run on the node's children? Named steps keep the order in which they were given. */
export function runsOnChildren(operation: Pick<Operation, 'plan' | 'type'>, index: number): boolean {
  return namedFlowOf(operation) !== undefined && userStepsOf(operation)[index]?.executeOnChildNodes === true;
}

function stepsIn(plan: unknown, key: string): UserStep[] {
  const steps = jsonObject(plan)[key];
  if (!Array.isArray(steps)) return [];
  return steps.flatMap((item: unknown): UserStep[] => {
    const given = jsonObject(item);
    const step = textOf(given, 'step');
    const name = textOf(given, 'interface');
    if (step === undefined || name === undefined) return [];
    const priority = given['priority'];
    const children = given['limitChildNodeExecution'];
    return [
      {
        interface: name,
        step,
        args: jsonObject(given['args']),
        ...(typeof priority === 'number' ? { priority } : {}),
        ...(given['executeOnChildNodes'] === true ? { executeOnChildNodes: true } : {}),
        ...(Array.isArray(children) ? { limitChildNodeExecution: children.map(String) } : {}),
      },
    ];
  });
}
