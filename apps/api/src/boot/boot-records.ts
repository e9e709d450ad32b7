import type { Database } from '#database/client.js';
import type { Boot } from '#database/generated/client.js';
import { openBootOf } from '#database/open-boot.js';
import { isDeployed, isProvisionState } from '#domain/states.js';
import { noteBoot } from '../agent/note-boot.js';

/** What a machine that boots from the network gets. */
export type BootAnswer =
  | { readonly kind: 'ramdisk'; readonly boot: BootableBoot }
  | { readonly kind: 'disk'; readonly reason: string }
  /** This network card is not one to boot from; another of the same machine may be. */
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'nothing'; readonly reason: string };

/** An open boot with its files. */
export type BootableBoot = Boot & { readonly kernel: string; readonly ramdisk: string };

/** The files of a boot, and the evidence that they were fetched. */
export type BootFile = 'kernel' | 'ramdisk';

/** What the boot listener reads and writes: the boot of the machine with a MAC address, and what was seen of it. */
export class BootRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @param mac with colons, in lower case */
  async answerFor(mac: string): Promise<BootAnswer> {
    const port = await this.#database.port.findUnique({ where: { address: mac }, include: { node: true } });
    if (!port) return { kind: 'unknown', reason: `No node has a port with MAC ${mac}` };
    const { node } = port;
    const name = node.name ?? node.uuid;
    if (!port.pxeEnabled) return { kind: 'unknown', reason: `The port ${mac} of node ${name} is not pxe_enabled` };
    const boot = await openBootOf(this.#database, node.id);
    if (isBootable(boot)) return { kind: 'ramdisk', boot };
    const state = node.provisionState;
    const deployed = isProvisionState(state) && isDeployed(state);
    const reason = `Node ${name} is in state ${state} and has no ramdisk to boot`;
    return { kind: deployed ? 'disk' : 'nothing', reason };
  }

  /** The machine has asked for its script. */
  async sawScript(boot: Boot, mac: string): Promise<void> {
    if (boot.scriptAt === null) {
      await this.#database.boot.updateMany({ where: { id: boot.id, scriptAt: null }, data: { scriptAt: new Date() } });
    }
    await noteBoot(this.#database, boot, `iPXE script fetched by ${mac}`);
  }

  /** The whole file has gone out. */
  async sawFile(boot: Boot, file: BootFile, bytes: number): Promise<void> {
    const now = new Date();
    await this.#database.boot.updateMany({
      where: { id: boot.id },
      data: file === 'kernel' ? { kernelAt: now } : { ramdiskAt: now },
    });
    await noteBoot(this.#database, boot, `${file} fetched, ${bytes} bytes`);
  }

  /** The file did not reach the machine. */
  async lostFile(boot: Boot, file: BootFile, reason: string): Promise<void> {
    await noteBoot(this.#database, boot, `${file} not delivered: ${reason}`);
  }
}

function isBootable(boot: Boot | null): boot is BootableBoot {
  return boot !== null && boot.kernel !== null && boot.ramdisk !== null;
}
