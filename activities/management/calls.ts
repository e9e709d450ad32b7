import { ApplicationFailure } from '@temporalio/common';
import type { Prisma } from '#database/generated/client.js';
import { BmcUnreachable, NodeInvalid } from '#domain/errors.js';
import { unsupportedText, type ManagementFunction } from '#domain/management-interfaces.js';
import type { CallsOf } from '#domain/node-calls.js';
import { currentContact } from '../contact.js';
import { implementationOf } from '../implementations.js';
import { loadNodeByUuid, type NodeView } from '../node-context.js';
import { OutcomeUnknown, type CallLimits } from '../power/implementation.js';
import { forcedPersistence } from './boot-device.js';
import type { ManagementImplementation } from './implementation.js';
import type { ManagementDeps } from './index.js';

/** What the calls work with. */
export interface ManagementCallDeps extends ManagementDeps {
  /** For one call to a BMC; two of 12 s fit into the 30 s of one attempt. */
  readonly deadlineMs?: number;
}

/** One call for a client. */
interface Asked {
  readonly node: NodeView;
  readonly management: ManagementImplementation;
  readonly limits: CallLimits;
}

/**
 * What clients ask of a node's management interface, outside any operation. All but the NMI may be repeated; that one
 * is tried once only, see `sentOnce` of #domain/node-calls.js.
 */
export function createManagementCalls(deps: ManagementCallDeps): CallsOf<'management'> {
  const ask = async (nodeUuid: string): Promise<Asked> => {
    const node = await loadNodeByUuid(deps, nodeUuid);
    const management = implementationOf(node, 'management', deps.implementations);
    return { node, management, limits: { signal: currentContact().signal, deadlineMs: deps.deadlineMs ?? 12_000 } };
  };
  const record = async ({ node }: Asked, data: Prisma.NodeUpdateInput): Promise<void> => {
    await deps.database.node.update({ where: { uuid: node.uuid }, data: { ...data, updatedAt: new Date() } });
  };
  return {
    async readBootDevice(nodeUuid) {
      const { node, management, limits } = await ask(nodeUuid);
      return management.getBootDevice(node, limits);
    },
    async changeBootDevice(nodeUuid, device, persistent) {
      const { node, management, limits } = await ask(nodeUuid);
      const wanted = management.bootDevices.find((known) => known === device);
      if (wanted === undefined) {
        throw new NodeInvalid(`Invalid boot device ${device} specified`, {
          hint: `use one of: ${management.bootDevices.join(', ')}`,
        });
      }
      await management.setBootDevice(node, wanted, { ...limits, persistent: forcedPersistence(node) ?? persistent });
      return null;
    },
    async changeBootMode(nodeUuid, mode) {
      const asked = await ask(nodeUuid);
      const set = asked.management.setBootMode ?? missing(asked, 'set_boot_mode');
      await set(asked.node, mode, asked.limits);
      await record(asked, { bootMode: mode });
      return null;
    },
    async changeSecureBoot(nodeUuid, on) {
      const asked = await ask(nodeUuid);
      const set = asked.management.setSecureBoot ?? missing(asked, 'set_secure_boot_state');
      await set(asked.node, on, asked.limits);
      await record(asked, { secureBoot: on });
      return null;
    },
    async injectNmi(nodeUuid) {
      const asked = await ask(nodeUuid);
      const inject = asked.management.injectNmi ?? missing(asked, 'inject_nmi');
      await inject(asked.node, asked.limits).catch((error: unknown) => {
        throw error instanceof OutcomeUnknown ? nmiInDoubt(asked.node, error) : error;
      });
      return null;
    },
    async readIndicators(nodeUuid) {
      const asked = await ask(nodeUuid);
      const list = asked.management.indicators ?? missing(asked, 'get_supported_indicators');
      return list(asked.node, asked.limits);
    },
    async readIndicator(nodeUuid, component, name) {
      const asked = await ask(nodeUuid);
      const list = asked.management.indicators ?? missing(asked, 'get_supported_indicators');
      const read = asked.management.readIndicator ?? missing(asked, 'get_indicator_state');
      refuseUnknown(await list(asked.node, asked.limits), component, name);
      return read(asked.node, component, name, asked.limits);
    },
    async changeIndicator(nodeUuid, component, name, state) {
      const asked = await ask(nodeUuid);
      const list = asked.management.indicators ?? missing(asked, 'get_supported_indicators');
      const set = asked.management.setIndicator ?? missing(asked, 'set_indicator_state');
      refuseUnknown(await list(asked.node, asked.limits), component, name);
      await set(asked.node, component, name, state, asked.limits);
      return null;
    },
    async readVirtualMedia(nodeUuid) {
      const asked = await ask(nodeUuid);
      const media = asked.management.virtualMedia ?? missing(asked, 'get_virtual_media');
      return media.read(asked.node, asked.limits);
    },
    async attachVirtualMedia(nodeUuid, device, sealedUrl, source) {
      const asked = await ask(nodeUuid);
      const media = asked.management.virtualMedia ?? missing(asked, 'attach_virtual_media');
      await media.attach(asked.node, { device, url: deps.secrets.open(sealedUrl), source }, asked.limits);
      return null;
    },
    async detachVirtualMedia(nodeUuid, devices) {
      const asked = await ask(nodeUuid);
      const media = asked.management.virtualMedia ?? missing(asked, 'detach_virtual_media');
      await media.detach(asked.node, devices, asked.limits);
      return null;
    },
  };
}

/** The API refuses these before; a node's driver may have changed meanwhile. */
function missing({ node }: Asked, wanted: ManagementFunction): never {
  throw new NodeInvalid(unsupportedText(node.node.driver, wanted), {
    hint: 'choose another management_interface for this node',
  });
}

function refuseUnknown(known: Readonly<Record<string, object>>, component: string, name: string): void {
  const named = Object.hasOwn(known, component) ? known[component] : undefined;
  if (named === undefined) throw invalidName('component', component);
  if (!Object.hasOwn(named, name)) throw invalidName('indicator', name);
}

/** In Ironic's words, since a client gets it as it is. */
function invalidName(kind: string, name: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`Invalid ${kind} ${name} specified.`, 'NodeInvalid');
}

function nmiInDoubt({ uuid }: NodeView, cause: Error): BmcUnreachable {
  return new BmcUnreachable(`The answer to the NMI for node ${uuid} was lost, so it may have been injected`, {
    hint: "look at the machine's console before you inject it again",
    cause,
  });
}
