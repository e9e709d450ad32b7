import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ScriptedAgent } from '../../test/support/scripted-agent.js';
import type { AgentAddress } from './address.js';
import { listCommands, postCommand } from './commands.js';

let agent: ScriptedAgent;
const { signal } = new AbortController();

beforeEach(() => {
  agent = new ScriptedAgent();
});
afterEach(() => agent.stop());

function addressOf({ url, token, certificate }: ScriptedAgent): AgentAddress {
  return { nodeUuid: 'n1', url, token, certificate };
}

async function refusal(address: AgentAddress): Promise<unknown> {
  return listCommands(address, signal).catch((error: unknown) => error);
}

test('an agent with the certificate of its heartbeat is trusted', async () => {
  await agent.start();
  agent.scripts['standby.sync'] = () => ({ command_result: null });
  await postCommand(addressOf(agent), 'standby.sync', {}, { wait: true, signal });
  expect((await listCommands(addressOf(agent), signal)).map(({ name }) => name)).toEqual(['sync']);
});

test('another certificate is refused, also one of the same name', async () => {
  await agent.start();
  const other = new ScriptedAgent();
  await other.start();
  await other.stop();
  const error = await refusal({ ...addressOf(agent), certificate: other.certificate });
  expect(error).toMatchObject({ type: 'AgentUnreachable' });
  expect(String(error)).toContain('another certificate than its heartbeat did');
});

test('the certificate must be made for the address', async () => {
  await agent.start('10.11.12.13');
  expect(String(await refusal(addressOf(agent)))).toContain('its certificate names another address');
});

test('the address and the reason are told, the token never', async () => {
  await agent.start();
  const address = addressOf(agent);
  await agent.stop();
  const error = await refusal(address);
  expect(String(error)).toBe(
    `AgentUnreachable: The agent of node n1 at ${new URL(address.url).host} does not answer ` +
      '(the connection was refused: no agent listens there); check the provisioning network between worker and ramdisk.',
  );
  expect(JSON.stringify([error, String(error)])).not.toContain(address.token);
});

test('something that is no TLS server is an agent that does not answer', async () => {
  const plain = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  plain.listen(0, '127.0.0.1');
  await once(plain, 'listening');
  const bound = plain.address();
  const port = typeof bound === 'object' && bound ? bound.port : 0;
  await agent.start();
  const error = await refusal({ ...addressOf(agent), url: `https://127.0.0.1:${port}` });
  plain.close();
  expect(error).toMatchObject({ type: 'AgentUnreachable', retryable: true });
});

test('a token that the agent does not know is final: the agent was restarted', async () => {
  await agent.start();
  expect(await refusal({ ...addressOf(agent), token: 'y'.repeat(43) })).toMatchObject({
    type: 'AgentCommandFailed',
    retryable: false,
  });
});

test('a busy agent is told from a broken one', async () => {
  await agent.start();
  agent.scripts['deploy.execute_deploy_step'] = () => 'running';
  const post = () => postCommand(addressOf(agent), 'deploy.execute_deploy_step', {}, { wait: false, signal });
  await post();
  await expect(post()).rejects.toMatchObject({
    type: 'AgentBusy',
    message: expect.stringContaining('Agent is busy: executing command execute_deploy_step'),
  });
});

test('a call ends with its signal', async () => {
  await agent.start();
  agent.scripts['standby.sync'] = () => 'running';
  const stop = new AbortController();
  const call = postCommand(addressOf(agent), 'standby.sync', {}, { wait: true, signal: stop.signal });
  stop.abort(new Error('cancelled by the flow'));
  await expect(call).rejects.toThrow('cancelled by the flow');
});

test('no answer in time is told as such', async () => {
  await agent.start();
  agent.scripts['standby.sync'] = () => 'running';
  const call = postCommand(addressOf(agent), 'standby.sync', {}, { wait: true, signal, timeoutMs: 100 });
  await expect(call).rejects.toMatchObject({
    type: 'AgentUnreachable',
    message: expect.stringContaining('no answer in time'),
  });
});
