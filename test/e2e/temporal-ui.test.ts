import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { askForDeploy, enroll, makeAvailable } from './support/nodes.js';
import { until } from './support/poll.js';
import { Product } from './support/product.js';

/** What an operator finds in the Temporal UI, by the calls that the UI itself makes. */
let product: Product;
const name = 'sim-01';

beforeAll(async () => {
  product = await Product.start({ fleet: 1 });
  const { api, fleet } = product;
  await enroll(api, fleet, await fleet.machine(name));
  await makeAvailable(api, name);
  // The firmware goes on to the disk: the deploy stays where it waits for the agent.
  await fleet.setFaults(name, { machine: { noBoot: true } });
  await askForDeploy(api, fleet, name);
  await api.waitForState(name, 'wait call-back', 30);
}, 180_000);
afterAll(() => product.remove(), 60_000);

it('a running deploy names its type, node, stage and step, and links to the node', async () => {
  const { uuid } = await product.api.node(name);
  const { uuid: operation } = await product.api.newestOperation(name);
  const flow = product.temporal.workflow.getHandle(`node:${uuid}`);
  const described = await flow.describe();

  expect(described.type).toBe('deploy');
  expect(described.searchAttributes).toMatchObject({ NodeName: [name], NodeUuid: [uuid] });
  expect(await described.staticSummary()).toBe(`deploy of ${name}`);
  const url = `${product.api.url}/v1/nodes/${uuid}`;
  expect(await described.staticDetails()).toBe(`Node [${name}](${url}), [operation 3](${url}/operations/${operation})`);
  const details = await currentDetails(flow);
  expect(details).toContain(`**deploy of node [${name}](${url})**, [operation 3](${url}/operations/${operation})`);
  expect(details).toContain("**Now:** waiting for the agent's first heartbeat");
  expect(details).toContain('**deploy.deploy**');
  for (const link of [url, `${url}/operations/${operation}`]) expect((await fetch(link)).status).toBe(200);
});

it('an operation of the node links to its run in the Temporal UI', async () => {
  const { uuid } = await product.api.node(name);
  const operation = await product.api.newestOperation(name);
  const link = z.url().parse(operation['temporal_ui']);
  const { runId } = await product.temporal.workflow.getHandle(`node:${uuid}`).describe();
  expect(link).toBe(`${product.state.urls?.temporalUi}/namespaces/temper/workflows/node%3A${uuid}/${runId}`);
  expect((await fetch(link)).status).toBe(200);
});

it('after a hand-over both runs can be read: the old one says why it ended, the new one what it is about', async () => {
  const { uuid } = await product.api.node(name);
  const { workflow } = product.temporal;
  const deploy = await workflow.getHandle(`node:${uuid}`).describe();
  await product.api.provision(name, 'deleted');
  await product.api.waitForState(name, 'available', 60);

  const old = workflow.getHandle(`node:${uuid}`, deploy.runId);
  expect((await old.describe()).status.name).toBe('CONTINUED_AS_NEW');
  expect(await currentDetails(old)).toContain('**Ended:** superseded by a newer operation');
  const handedOver = workflow.getHandle(`node:${uuid}`);
  await until('the tear-down to end', 30, async () =>
    (await handedOver.describe()).status.name === 'RUNNING' ? undefined : true,
  );
  expect((await handedOver.describe()).type).toBe('tearDown');
  expect(await handedOver.result()).toBe('succeeded');
  const details = await currentDetails(handedOver);
  expect(details).toContain(`**teardown of node [${name}](${product.api.url}/v1/nodes/${uuid})**, [operation 4]`);
  expect(details).toContain('**Ended:** succeeded');
});

/** What the UI shows as Current Details, by the query that the SDK answers for every flow. */
async function currentDetails(flow: WorkflowHandle): Promise<string> {
  const metadata: unknown = await flow.query('__temporal_workflow_metadata');
  return z.looseObject({ currentDetails: z.string() }).parse(metadata).currentDetails;
}
