import { readdirSync, readFileSync } from 'node:fs';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime, Worker, type WorkflowBundle } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleFlows } from '../support/bundle-flows.js';
import { folder } from './histories.js';

/** Any node will do: no flow looks at its own id while it replays. */
const workflowId = 'node:a0000000-0000-4000-8000-000000000001';

const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

function historyOf(name: string) {
  return historyFromJSON(JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')));
}

describe('flows replay what earlier releases have recorded', () => {
  let bundle: WorkflowBundle;
  beforeAll(async () => {
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      telemetryOptions: { logging: { forward: {}, filter: 'OFF' } },
    });
    bundle = await bundleFlows();
  }, 60_000);

  it.for(names)('%s', async (name) => {
    const replayed = Worker.runReplayHistory({ workflowBundle: bundle }, historyOf(name), workflowId);
    await expect(replayed).resolves.toBeUndefined();
  });

  it('covers every flow that changes rows', () => {
    const flows = new Set(names.map((name) => name.slice(0, name.indexOf('-'))));
    expect([...flows].toSorted()).toEqual([
      'adopt',
      'allocate',
      'clean',
      'deploy',
      'inspect',
      'power',
      'rescue',
      'service',
      'tearDown',
      'unrescue',
      'verify',
    ]);
  });

  it('fails when two activities are swapped', async () => {
    const swapped = await bundleFlows(new URL('swapped-flows.ts', import.meta.url).pathname);
    await expect(
      Worker.runReplayHistory({ workflowBundle: swapped }, historyOf('deploy-succeeds.json'), workflowId),
    ).rejects.toThrow(/[Nn]ondeterminism.*boot\.validate.*images\.check/s);
  });
});
