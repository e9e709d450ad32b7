import { randomBytes, randomUUID } from 'node:crypto';
import type { BootActivities } from '#activities/contract.js';
import { Prisma } from '#database/generated/client.js';
import { endBoots } from '../boots.js';
import { currentContact } from '../contact.js';
import { shownUrl } from '../http-probe.js';
import { implementationOf, type ByName } from '../implementations.js';
import { changeInternalInfo, wipedOnPowerOff } from '../internal-info.js';
import { loadNode, loadNodeWithPorts, type NodeContext, type RowAccess } from '../node-context.js';
import { writeLine } from '../timeline.js';
import type { BootImplementation, RamdiskFiles } from './implementation.js';

/** What the boot activities work with. */
export interface BootDeps extends RowAccess {
  /** By boot_interface. The worker's local activities know `fake` only. */
  readonly implementations: ByName<BootImplementation>;
}

/** Boots of the ramdisk by the node's boot interface. */
export function createBootActivities(deps: BootDeps): BootActivities {
  return {
    async validate(operationId) {
      const node = await loadNodeWithPorts(deps, operationId);
      await implementationOf(node, 'boot', deps.implementations).validate(node, currentContact().signal);
    },
    async prepareRamdisk(operationId, number) {
      const node = await loadNode(deps, operationId);
      const files = implementationOf(node, 'boot', deps.implementations).ramdisk(node);
      await openBoot(deps, node, number, files);
    },
    async cleanUpRamdisk(operationId) {
      const { node } = await loadNode(deps, operationId);
      await deps.database.$transaction(async (tx) => {
        await endBoots(tx, node.id);
        await changeInternalInfo(tx, node.id, { remove: wipedOnPowerOff });
      });
    },
  };
}

/** Boot `number` of the operation with a token of its own; any older boot of the node ends. Made once. */
async function openBoot(deps: BootDeps, context: NodeContext, number: number, files: RamdiskFiles): Promise<void> {
  const { operation, node } = context;
  const id = randomUUID();
  try {
    await deps.database.$transaction(async (tx) => {
      await tx.boot.create({
        data: { id, nodeId: node.id, operationId: operation.id, number, agentToken: newToken(deps), ...files },
      });
      await endBoots(tx, node.id, id);
      await changeInternalInfo(tx, node.id, { remove: wipedOnPowerOff });
      await writeLine(tx, operation.id, 'boot', preparedText(number, files));
    });
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
}

/** As Ironic's `secrets.token_urlsafe()`: 43 characters; the agent wants at least 32. Sealed. */
function newToken({ secrets }: BootDeps): string {
  return secrets.seal(randomBytes(32).toString('base64url'));
}

function preparedText(number: number, { kernel, ramdisk }: RamdiskFiles): string {
  if (kernel === null || ramdisk === null) return `boot ${number} of the ramdisk prepared`;
  return `boot ${number} of the ramdisk prepared: kernel ${shownUrl(kernel)}, ramdisk ${shownUrl(ramdisk)}`;
}

/** The unique index on (operation, number) says that this boot was opened by an earlier attempt. */
function isDuplicate(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
