import type { Node, OperationStep } from '#database/generated/client.js';
import { NodeInvalid } from '#domain/errors.js';
import { isReservedStep, reservedSteps, stepId } from '#domain/steps.js';
import type { NodeContext, RowAccess } from '../node-context.js';
import { userStepsOf } from '../user-steps.js';
import { fakeStep } from './steps.js';

/**
 * Runs a step on the children of the node (those that the step is limited to, if it is), as far as their interface of
 * that name is a fake. Of the reserved steps, children take the power actions; they neither hold nor wait.
 *
 * @throws NodeInvalid before anything is done when a child would need more than rows
 */
export async function runOnChildren(
  { database }: RowAccess,
  { uuid, operation }: NodeContext,
  step: OperationStep,
): Promise<void> {
  const limit = userStepsOf(operation)[step.index]?.limitChildNodeExecution ?? [];
  const children = await database.node.findMany({
    where: { parentNode: uuid, ...(limit.length > 0 ? { uuid: { in: [...limit] } } : {}) },
    orderBy: { id: 'asc' },
  });
  for (const child of children) refuseUnlessFake(child, step);
  await database.$transaction(async (tx) => {
    for (const child of children) {
      const powerState = powerStateAfter(step.step);
      if (powerState !== null) await tx.node.update({ where: { id: child.id }, data: { powerState } });
      else await fakeStep(step).run(tx, child.id, step.args);
    }
    const names = children.map((child) => child.name ?? child.uuid).join(', ') || 'none';
    await tx.operationEvent.create({
      data: { operationId: operation.id, kind: 'step', text: `${stepId(step)} ran on child nodes: ${names}` },
    });
  });
}

function refuseUnlessFake(child: Node, step: OperationStep): void {
  const name = isReservedStep(step.step) ? 'power' : step.interface;
  if (interfaceOf(child, name) === 'fake') return;
  throw new NodeInvalid(
    `Step ${stepId(step)} cannot run on child node ${child.uuid}: its ${name}_interface is not a fake one, and no other ` +
      'can be driven from its parent yet',
    { hint: 'run the step on the child itself' },
  );
}

function interfaceOf(child: Node, name: string): string | undefined {
  const known: Readonly<Record<string, string>> = {
    power: child.powerInterface,
    management: child.managementInterface,
    vendor: child.vendorInterface,
    firmware: child.firmwareInterface,
    deploy: child.deployInterface,
    bios: child.biosInterface,
    raid: child.raidInterface,
  };
  return known[name];
}

function powerStateAfter(step: string): string | null {
  if (!isReservedStep(step)) return null;
  const facts = reservedSteps[step];
  if (!('powerTarget' in facts)) return null;
  return facts.powerTarget === 'power off' ? 'power off' : 'power on';
}
