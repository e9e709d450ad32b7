import { noFakeDelays } from '#domain/fake-delays.js';
import { isOperationType, type OperationType } from '#domain/operations.js';
import { isPowerTarget } from '#domain/power.js';
import { lockNodeOfOperation, stateOf } from '#database/operations.js';
import type { Transaction } from '#database/client.js';
import type { Node, Operation, Prisma } from '#database/generated/client.js';
import { jsonObject } from '../json.js';
import type { Begun, NodeInterfaces, PowerRequest } from '../contract.js';
import type { NodeDeps } from './deps.js';
import { planSteps, stepsKnown } from './plan-steps.js';

/** See {@link NodeActivities.begin}. */
export async function begin(deps: NodeDeps, operationId: string, runId: string): Promise<Begun | null> {
  return deps.database.$transaction(async (tx) => {
    const locked = await lockNodeOfOperation(tx, operationId);
    const operation = locked?.unfinished.find((unfinished) => unfinished.id === operationId);
    if (!locked || !operation || !isOperationType(operation.type)) return null;
    const takenOver = await claim(tx, operation, runId);
    if (operation.status === 'pending') {
      await planSteps(tx, locked.node, operation, deps.settings);
      await setImageType(tx, locked.node, operation);
      if (operation.type === 'inspect') await startInspection(tx, locked.node);
    }
    return begunOf(deps, locked.node, operation, operation.type, takenOver);
  });
}

/** Makes the run the owner. True when an earlier run had claimed the operation and is gone. */
async function claim(tx: Transaction, operation: Operation, runId: string): Promise<boolean> {
  if (operation.runId === runId) return operation.takenOver;
  const takenOver = operation.runId !== null;
  await tx.operation.update({
    where: { id: operation.id },
    data: { status: 'running', runId, takenOver, sequence: 0, claimedAt: operation.claimedAt ?? new Date() },
  });
  return takenOver;
}

/** Work that puts an instance on the node, or takes over the one that is there. */
const instanceTypes: ReadonlySet<string> = new Set<OperationType>(['deploy', 'rebuild', 'adopt']);

/** Says what kind of image is deployed, as Ironic does at the start (Ironic conductor/utils.py update_image_type). */
async function setImageType(tx: Transaction, node: Node, operation: Operation): Promise<void> {
  const info = jsonObject(node.instanceInfo);
  if (!instanceTypes.has(operation.type)) return;
  if (!info['image_source'] || info['image_type']) return;
  const imageType = info['kernel'] && info['ramdisk'] ? 'partition' : 'whole-disk';
  await tx.node.update({
    where: { id: node.id },
    data: { instanceInfo: { ...(info as Prisma.InputJsonObject), image_type: imageType } },
  });
}

/** The times of an inspection tell whether it runs or has ended (observed on Ironic 39.0.0). */
async function startInspection(tx: Transaction, node: Node): Promise<void> {
  await tx.node.update({
    where: { id: node.id },
    data: { inspectionStartedAt: new Date(), inspectionFinishedAt: null },
  });
}

function begunOf(
  { settings }: NodeDeps,
  node: Node,
  operation: Operation,
  type: OperationType,
  takenOver: boolean,
): Begun {
  return {
    number: operation.number,
    type,
    nodeUuid: node.uuid,
    nodeName: node.name,
    conductorGroup: node.conductorGroup,
    state: stateOf(node),
    takenOver,
    interfaces: interfacesOf(node),
    automatedClean: node.automatedClean ?? settings.automatedClean,
    retired: node.retired,
    disablePowerOff: node.disablePowerOff,
    callbackTimeoutS: settings.callbackTimeoutS(type),
    powerOffAfterDeployFailure: settings.powerOffAfterDeployFailure ?? true,
    power: powerRequestOf(operation.plan),
    ...stepsKnown(node, operation),
    fakeDelays: settings.fakeDelays ?? noFakeDelays,
  };
}

function interfacesOf(node: Node): NodeInterfaces {
  return {
    power: node.powerInterface,
    management: node.managementInterface,
    boot: node.bootInterface,
    deploy: node.deployInterface,
    network: node.networkInterface,
    inspect: node.inspectInterface,
    rescue: node.rescueInterface,
    storage: node.storageInterface,
  };
}

function powerRequestOf(plan: Prisma.JsonValue): PowerRequest | null {
  const { target, timeoutS } = jsonObject(jsonObject(plan)['power']);
  if (typeof target !== 'string' || !isPowerTarget(target)) return null;
  return { target, timeoutS: typeof timeoutS === 'number' ? timeoutS : 60 };
}
