import { Inject, Injectable } from '@nestjs/common';
import type { Database, Transaction } from '#database/client.js';
import type { Node, Prisma } from '#database/generated/client.js';
import { recordHistory } from '#database/history.js';
import { chooseForVif, holderOfVif, type VifCandidates, type WantedVif } from '#domain/vif-selection.js';
import { ConductorsService } from '../conductors/conductors.service.js';
import { ApiError, invalid } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { attachedVif } from '../ports/attached-vif.js';
import { DATABASE } from '../tokens.js';

/** Key of internal_info under which a port or portgroup keeps the tenant's VIF (Ironic network/common.py NetType). */
const vifKey = 'tenant_vif_port_id';

/** Virtual interfaces (ports of a network service) on the node's ports and portgroups; `noop` networks have none. */
@Injectable()
export class VifsService {
  readonly #database: Database;
  readonly #finder: NodeFinder;
  readonly #conductors: ConductorsService;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(NodeFinder) finder: NodeFinder,
    @Inject(ConductorsService) conductors: ConductorsService,
  ) {
    this.#database = database;
    this.#finder = finder;
    this.#conductors = conductors;
  }

  async list(ident: string, call: Call): Promise<readonly { readonly id: string }[]> {
    const node = await this.#finder.row(ident, call);
    if (hasNoVifs(node)) return [];
    const { ports, portgroups } = await candidatesOf(this.#database, node.id);
    return [...ports, ...portgroups].flatMap(({ vif }) => (vif === undefined ? [] : [{ id: vif }]));
  }

  /** @throws ApiError 400 without a free port, 409 when it is attached already or somebody works on the node */
  async attach(ident: string, wanted: WantedVif, call: Call): Promise<void> {
    await this.#change(ident, call, `Failed to attach VIF ${wanted.id} to node`, '.', async (tx, node) => {
      const choice = chooseForVif(wanted, await candidatesOf(tx, node.id));
      if (choice.kind === 'refused') return new ApiError(choice.status, choice.text);
      await writeVif(tx, choice, wanted.id);
      return undefined;
    });
  }

  /** @throws ApiError 400 when it is not attached, 409 when somebody works on the node */
  async detach(ident: string, vif: string, call: Call): Promise<void> {
    await this.#change(ident, call, `Failed to detach VIF ${vif} from node`, ',', async (tx, node) => {
      const holder = holderOfVif(vif, await candidatesOf(tx, node.id));
      if (!holder)
        return invalid(`Unable to detach VIF ${vif} from node ${node.uuid} because it is not attached to it.`);
      await writeVif(tx, holder, undefined);
      return undefined;
    });
  }

  /** Runs `work` on the locked node; its refusal is written to the node's history, as Ironic does, and thrown. */
  async #change(
    ident: string,
    call: Call,
    failed: string,
    stop: string,
    work: (tx: Transaction, node: Node) => Promise<ApiError | undefined>,
  ): Promise<void> {
    const uuid = await this.#finder.uuid(ident, call);
    // Asked before, since a transaction that waits for a second connection may wait for others that do the same.
    const live = await this.#conductors.live();
    const refused = await this.#finder.exclusive(uuid, async (tx, { node }) => {
      if (hasNoVifs(node)) return undefined;
      const refusal = await work(tx, node);
      if (!refusal) return undefined;
      const event = `${failed} ${node.uuid}${stop} Error: ${refusal.message}`;
      await tx.node.update({ where: { id: node.id }, data: { lastError: event } });
      await recordHistory(tx, node, live.hostOf(node.conductorGroup), {
        severity: 'ERROR',
        eventType: node.provisionState,
        event,
      });
      return refusal;
    });
    if (refused) throw refused;
  }
}

function hasNoVifs({ networkInterface }: Pick<Node, 'networkInterface'>): boolean {
  return networkInterface === 'noop';
}

async function candidatesOf(database: Database | Transaction, nodeId: number): Promise<VifCandidates> {
  const ports = await database.port.findMany({ where: { nodeId }, orderBy: { id: 'asc' } });
  const portgroups = await database.portgroup.findMany({ where: { nodeId }, orderBy: { id: 'asc' } });
  return {
    ports: ports.map((port) => ({ ...port, vif: attachedVif(port.internalInfo) })),
    portgroups: portgroups.map((group) => ({ ...group, vif: attachedVif(group.internalInfo) })),
  };
}

/** Attaches a VIF, or takes it away; Ironic forgets the one in `extra`, of old clients, with it. */
async function writeVif(
  tx: Transaction,
  { kind, id }: { readonly kind: 'port' | 'portgroup'; readonly id: number },
  vif: string | undefined,
): Promise<void> {
  const row =
    kind === 'port'
      ? await tx.port.findUniqueOrThrow({ where: { id } })
      : await tx.portgroup.findUniqueOrThrow({ where: { id } });
  const data = {
    internalInfo: changed(row.internalInfo, vifKey, vif),
    ...(vif === undefined ? { extra: changed(row.extra, 'vif_port_id', undefined) } : {}),
    updatedAt: new Date(),
  };
  if (kind === 'port') await tx.port.update({ where: { id }, data });
  else await tx.portgroup.update({ where: { id }, data });
}

function changed(column: Prisma.JsonValue, key: string, value: string | undefined): Prisma.InputJsonObject {
  const entries = Object.entries(typeof column === 'object' && column !== null ? column : {});
  // What was read as JSON is JSON.
  const kept = Object.fromEntries(entries.filter(([name]) => name !== key)) as Prisma.InputJsonObject;
  return value === undefined ? kept : { ...kept, [key]: value };
}
