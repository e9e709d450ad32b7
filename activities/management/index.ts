import type { ManagementActivities } from '#activities/contract.js';
import { isTemperError } from '#domain/errors.js';
import { bootModeOf } from '../boot-mode.js';
import { currentContact } from '../contact.js';
import { implementationOf, type ByName } from '../implementations.js';
import { textOf } from '../json.js';
import { loadNode, type NodeView, type RowAccess } from '../node-context.js';
import { writeLine } from '../timeline.js';
import { forcedPersistence } from './boot-device.js';
import type { BootTarget, ManagementImplementation } from './implementation.js';

/** What the management activities work with. */
export interface ManagementDeps extends RowAccess {
  /** By management_interface. The worker's local activities know `fake` and `noop` only. */
  readonly implementations: ByName<ManagementImplementation>;
}

/** Parameter 3, then the flags: two requests within the 30 s of one attempt. */
const deadlineMs = 12_000;

/** Boot device of a node by its management interface. Repeatable: the same flags are set again. */
export function createManagementActivities(deps: ManagementDeps): ManagementActivities {
  return {
    async setBootDevice(operationId, device, persistent) {
      const node = await loadNode(deps, operationId);
      const management = implementationOf(node, 'management', deps.implementations);
      const contact = currentContact();
      const note = (text: string): Promise<void> => writeLine(deps.database, operationId, 'bmc', text);
      if (leftAlone(node, device)) return;
      try {
        const done = await management.setBootDevice(node, device, {
          persistent: forcedPersistence(node) ?? persistent,
          signal: contact.signal,
          deadlineMs,
        });
        if (done !== null) await note(done);
      } catch (error) {
        if (!(mayStay(node, device, persistent) && isTemperError(error) && contact.isFinal(error))) throw error;
        await note(`boot device ${device} not set, the machine keeps its own UEFI order: ${error.message}`);
      }
    },
  };
}

/** Lenovo firmware takes back NVRAM changes when the disk is asked for in UEFI mode (launchpad bug 2053064). */
function leftAlone(node: NodeView, device: BootTarget): boolean {
  const lenovo = textOf(node.properties, 'vendor')?.toLowerCase() === 'lenovo';
  return device === 'disk' && lenovo && bootModeOf(node) === 'uefi';
}

/**
 * At the end of a deploy in UEFI mode the boot loader has put itself first: a BMC that cannot set the disk is only
 * worth a line (Ironic drivers/modules/deploy_utils.py try_set_boot_device).
 */
function mayStay(node: NodeView, device: BootTarget, persistent: boolean): boolean {
  return device === 'disk' && persistent && bootModeOf(node) === 'uefi';
}
