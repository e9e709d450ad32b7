import type { Client } from '@temporalio/client';
import type { IpmiClient } from 'ipmi-client';
import { createAgentActivities } from '#activities/agent/index.js';
import { createAllocationActivities } from '#activities/allocations/index.js';
import { fakeBoot } from '#activities/boot/fake.js';
import { createBootActivities } from '#activities/boot/index.js';
import { ipxeBoot } from '#activities/boot/ipxe.js';
import { createCallActivities } from '#activities/calls/index.js';
import { fakeConsole } from '#activities/console/fake.js';
import { createConsoleCalls } from '#activities/console/index.js';
import { createFakeActivities } from '#activities/fake/index.js';
import { createImageActivities } from '#activities/images/index.js';
import { createManagementCalls } from '#activities/management/calls.js';
import { fakeManagement } from '#activities/management/fake.js';
import { createManagementActivities } from '#activities/management/index.js';
import { ipmiManagement } from '#activities/management/ipmitool.js';
import { noopManagement } from '#activities/management/noop.js';
import { createNetworkActivities } from '#activities/network/index.js';
import { noopNetwork } from '#activities/network/noop.js';
import type { RowAccess } from '#activities/node-context.js';
import { createNodeActivities } from '#activities/nodes/index.js';
import { fakePower } from '#activities/power/fake.js';
import { createPowerActivities } from '#activities/power/index.js';
import { ipmiPower } from '#activities/power/ipmitool.js';
import { createReconcilerActivities } from '#activities/reconciler/index.js';
import { registerAs, type AnyActivity } from '#activities/register.js';
import { fakeVendor } from '#activities/vendor/fake.js';
import { createVendorCalls } from '#activities/vendor/index.js';
import { ipmiVendor } from '#activities/vendor/ipmitool.js';
import { OperationStarter } from '#temporal-config/operation-starter.js';
import type { WorkerConfig } from './config.js';

/** Activities by the kind of queue that serves them. */
export interface QueuedActivities {
  /** Row writes, and interfaces that touch no hardware: beside the flows, on every worker. */
  readonly besideFlows: Readonly<Record<string, AnyActivity>>;
  /** Contacts with hardware, agents and image servers: at the node's conductor group. */
  readonly ofGroup: Readonly<Record<string, AnyActivity>>;
  /** Followers of running steps, which may last for days. */
  readonly ofSteps: Readonly<Record<string, AnyActivity>>;
}

/** Joins the groups of activities to what they work with. */
export function queuedActivities(
  rows: RowAccess,
  client: Client,
  ipmi: IpmiClient,
  config: WorkerConfig,
): QueuedActivities {
  const boot = { apiUrl: config.apiUrl, agentDebug: config.agentDebug };
  const fakes = { fake: fakePower };
  const passive = { fake: fakeManagement, noop: noopManagement };
  const management = { ...rows, implementations: { ...passive, ipmitool: ipmiManagement(ipmi) } };
  const networks = { noop: noopNetwork };
  const agent = createAgentActivities({ ...rows, home: config.home, cleanPriorities: config.cleanPriorities });
  return {
    besideFlows: {
      ...registerAs(
        'nodes',
        createNodeActivities({
          database: rows.database,
          conductor: config.conductor,
          settings: {
            callbackTimeoutS: config.callbackTimeoutS,
            automatedClean: config.automatedClean,
            cleanPriorities: config.cleanPriorities,
            powerOffAfterDeployFailure: config.options.deploy.power_off_after_deploy_failure,
            fakeDelays: config.fakeDelays,
          },
        }),
      ),
      ...registerAs('allocations', createAllocationActivities(rows)),
      ...registerAs('fake', createFakeActivities(rows)),
      ...registerAs(
        'reconciler',
        createReconcilerActivities({
          database: rows.database,
          client,
          starter: new OperationStarter(client, { apiUrl: config.apiUrl }),
        }),
      ),
      ...registerAs('power', createPowerActivities({ ...rows, implementations: fakes })),
      ...registerAs('management', createManagementActivities({ ...rows, implementations: passive })),
      ...registerAs('management', createManagementCalls({ ...rows, implementations: passive })),
      ...registerAs('console', createConsoleCalls({ ...rows, implementations: { fake: fakeConsole } })),
      ...registerAs('vendor', createVendorCalls({ ...rows, implementations: { fake: fakeVendor } })),
      ...registerAs('calls', createCallActivities({ database: rows.database, conductor: config.conductor })),
      ...registerAs('boot', createBootActivities({ ...rows, implementations: { fake: fakeBoot } })),
      ...registerAs('network', createNetworkActivities({ ...rows, implementations: networks })),
    },
    ofGroup: {
      ...registerAs(
        'power',
        createPowerActivities({ ...rows, implementations: { ...fakes, ipmitool: ipmiPower(ipmi) } }),
      ),
      ...registerAs('management', createManagementActivities(management)),
      ...registerAs('management', createManagementCalls(management)),
      ...registerAs('console', createConsoleCalls({ ...rows, implementations: { fake: fakeConsole } })),
      ...registerAs(
        'vendor',
        createVendorCalls({ ...rows, implementations: { fake: fakeVendor, ipmitool: ipmiVendor(ipmi) } }),
      ),
      ...registerAs(
        'boot',
        createBootActivities({ ...rows, implementations: { fake: fakeBoot, ipxe: ipxeBoot(boot) } }),
      ),
      ...registerAs('network', createNetworkActivities({ ...rows, implementations: networks })),
      ...registerAs('images', createImageActivities(rows)),
      ...registerAs('agent', agent),
    },
    ofSteps: registerAs('agent', {
      followStep: (operationId: string, index: number) => agent.followStep(operationId, index),
    }),
  };
}
