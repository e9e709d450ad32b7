import { Client, Connection } from '@temporalio/client';
import { IpmiClient } from 'ipmi-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type Database } from '#database/client.js';
import { SecretBox } from '#database/secrets.js';
import { policyGroupOf } from '#domain/policies.js';
import { queuedActivities, type QueuedActivities } from './activities.js';
import { readConfig } from './config.js';

let database: Database;
let ipmi: IpmiClient;
let connection: Connection;
let queued: QueuedActivities;

// Nothing is connected to: both connections are made on first use.
beforeAll(() => {
  const keys = `k1:${Buffer.alloc(32).toString('base64')}`;
  database = openDatabase('postgresql://127.0.0.1:1/none');
  ipmi = new IpmiClient();
  connection = Connection.lazy({ address: '127.0.0.1:1' });
  const config = readConfig({ DATABASE_URL: 'postgresql://127.0.0.1:1/none', TEMPER_ENCRYPTION_KEYS: keys });
  queued = queuedActivities({ database, secrets: new SecretBox(keys) }, new Client({ connection }), ipmi, config);
});
afterAll(async () => {
  await ipmi.close();
  await connection.close();
  await database.$disconnect();
});

test('every contact has a policy of its own and is served by the conductor group', () => {
  const contacts = Object.keys(queued.ofGroup);
  expect(contacts).toContain('power.on');
  expect(contacts.filter((name) => policyGroupOf(name) === 'record')).toEqual([]);
});

test('what runs beside the flows is row writes and interfaces without hardware', () => {
  const groups = new Set(Object.keys(queued.besideFlows).map((name) => name.split('.')[0]));
  expect(groups).toEqual(
    new Set([
      'allocations',
      'boot',
      'calls',
      'console',
      'fake',
      'management',
      'network',
      'nodes',
      'power',
      'reconciler',
      'vendor',
    ]),
  );
});

test('the queue of steps serves followers only', () => {
  expect(Object.keys(queued.ofSteps)).toEqual(['agent.followStep']);
});
