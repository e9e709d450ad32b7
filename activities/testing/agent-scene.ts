import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { AgentActivities } from '#activities/contract.js';
import type { Node, OperationStep } from '#database/generated/client.js';
import { ScriptedAgent } from '../../test/support/scripted-agent.js';
import { createAgentActivities } from '../agent/index.js';
import { addSubject, startDatabase, type Subject, type TestDatabase } from './database.js';

/** What a deploy of these tests writes. */
export const image = {
  image_source: 'http://images.example/path/x.img?sig=secret',
  image_url: 'http://images.example/path/x.img?sig=secret',
  image_os_hash_algo: 'sha256',
  image_os_hash_value: 'ab'.repeat(32),
  image_disk_format: 'raw',
};

/** PostgreSQL, an agent on real HTTPS that does what a test says, and the activities between them. */
export class AgentScene {
  rows!: TestDatabase;
  agent!: ScriptedAgent;
  activities!: AgentActivities;
  /** TEMPER_HOME. */
  home!: string;

  /** A node whose ramdisk's agent is the scripted one. */
  async addNode(node: object = {}, operation: object = {}): Promise<Subject> {
    const { database, secrets } = this.rows;
    const subject = await addSubject(database, { instanceInfo: image, ...node }, operation);
    const { nodeId, operationId } = subject;
    await database.port.create({
      data: { uuid: crypto.randomUUID(), nodeId, address: crypto.randomUUID().slice(0, 17) },
    });
    await database.boot.create({
      data: {
        id: crypto.randomUUID(),
        nodeId,
        operationId,
        number: 1,
        agentToken: secrets.seal(this.agent.token),
        callbackUrl: this.agent.url,
        agentVerifyCa: this.agent.certificate,
        heartbeatAt: new Date(),
      },
    });
    return subject;
  }

  /** Adds step 1 of the plan, a running deploy.write_image unless said otherwise. */
  async addStep({ operationId }: Subject, step: object = {}): Promise<void> {
    const usual = {
      index: 1,
      interface: 'deploy',
      step: 'write_image',
      priority: 80,
      runner: 'agent',
      status: 'running',
    };
    await this.rows.database.operationStep.create({ data: { operationId, ...usual, ...step } });
  }

  stepOf({ operationId }: Subject): Promise<OperationStep> {
    return this.rows.database.operationStep.findUniqueOrThrow({
      where: { operationId_index: { operationId, index: 1 } },
    });
  }

  nodeOf({ nodeId }: Subject): Promise<Node> {
    return this.rows.database.node.findUniqueOrThrow({ where: { id: nodeId } });
  }
}

/** Sets the scene for a test file: one database for all of it, a fresh agent for each test. */
export function agentScene(): AgentScene {
  const scene = new AgentScene();
  beforeAll(async () => {
    scene.rows = await startDatabase();
  });
  afterAll(() => scene.rows.stop());
  beforeEach(async () => {
    scene.agent = new ScriptedAgent();
    await scene.agent.start();
    scene.home = mkdtempSync(path.join(tmpdir(), 'temper-agent-'));
    scene.activities = createAgentActivities({ ...scene.rows, home: scene.home });
  });
  afterEach(async () => {
    await scene.agent.stop();
    rmSync(scene.home, { recursive: true });
  });
  return scene;
}
