import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SecretBox } from '#database/secrets.js';
import type { Answer } from './support/api.js';
import type { Machine } from './support/fleet.js';
import { find, type Haystack, type Needle } from './support/leaks.js';
import { askForDeploy, chooseImage, enroll, makeAvailable } from './support/nodes.js';
import { until } from './support/poll.js';
import { Product } from './support/product.js';
import { answerTraces, databaseTraces, fileTraces, historyTraces, textsIn } from './support/traces.js';

/*
 * Secrets are planted wherever a client may put some, work is done with them and goes wrong with them, and then they
 * are looked for in everything that an onlooker can read.
 */

const minute = 60_000;

/** Looks different in JSON, in URLs and in base64. */
const planted = (name: string): Needle => ({ name, value: `${name}-"q'\\b&é/+=${crypto.randomUUID()}` });

const driverInfo = planted('password-of-redfish');
const nested = planted('secret-in-extra-driver-info');
const snmp = planted('snmp-auth-key');
const userData = planted('user-data-of-config-drive');
const driveAsObject = planted('config-drive-as-object');
const inList = planted('list-of-tokens');
const malformed = planted('malformed-config-drive');
const wrongPassword: Needle = { name: 'a wrong BMC password', value: 'hunter2+/"9&é' };
const imageSecret = planted('image-authorization');

/** Of what is not secret: each must be found, or the search itself finds nothing. */
const marker = { name: 'marker', value: `marker-"q'\\b&é/+=${crypto.randomUUID()}` };
const wrongChecksum = { name: 'checksum', value: 'abcdef01'.repeat(8) };
const unknownMac = { name: 'unknown MAC', value: '02:00:00:aa:bb:cc' };

let product: Product;
let machines: readonly Machine[];
/** Look-ups after the one that gave out the token. */
const laterLookups: Answer[] = [];
let traces: readonly Haystack[];
let secrets: readonly Needle[];

beforeAll(async () => {
  product = await Product.start({ fleet: 4 });
  machines = await product.fleet.machines();
  const during = await workWithSecrets();
  traces = [
    ...during,
    ...(await historyTraces(product.temporal)),
    ...(await databaseTraces(product)),
    ...(await answerTraces(product, machines)),
    ...fileTraces(product),
  ];
  secrets = [
    driverInfo,
    nested,
    snmp,
    inList,
    driveAsObject,
    userData,
    malformed,
    wrongPassword,
    imageSecret,
    ...(await productSecrets()),
  ];
}, 5 * minute);

afterAll(() => product.remove(), minute);

/** @returns what could be seen of the flows while they ran */
async function workWithSecrets(): Promise<readonly Haystack[]> {
  const { api, fleet } = product;
  const [deployed, misdeployed, cleaned, refused] = machines;
  if (!deployed || !misdeployed || !cleaned || !refused) throw new Error('The fleet is too small.');
  const info = {
    redfish_password: driverInfo.value,
    deep: { er: { some_secret: nested.value } },
    snmp_auth_key: snmp.value,
    tokens: [inList.value],
    kernel_append_params: 'nofb ipa-image-download-connection-retries=0',
  };
  for (const machine of [deployed, misdeployed]) {
    await enroll(api, fleet, machine, { driverInfo: info, extra: { note: marker.value } });
    await makeAvailable(api, machine.name);
    await api.patch(machine.name, { '/instance_info/image_request_authorization_secret': imageSecret.value });
  }
  await enroll(api, fleet, cleaned, { driverInfo: info, automatedClean: true });
  await enroll(api, fleet, refused, { driverInfo: { ...info, ipmi_password: wrongPassword.value } });

  await fleet.setFaults(deployed.name, { machine: { slowStepMs: 2_000, loseToken: 1 } });
  await askForDeploy(api, fleet, deployed.name, {
    configdrive: { meta_data: { name: 'x' }, user_data: `#cloud-config\npassword: ${userData.value}\n` },
  });
  await chooseImage(api, fleet, misdeployed.name, wrongChecksum.value);
  await api.provision(misdeployed.name, 'active', { configdrive: Buffer.from(malformed.value).toString('base64') });
  await api.provision(refused.name, 'manage');
  await fleet.setFaults(cleaned.name, { machine: { failStep: { step: 'erase_devices_metadata', message: 'broken' } } });
  await api.provision(cleaned.name, 'manage');
  await api.waitForState(cleaned.name, 'manageable', 30);
  await api.provision(cleaned.name, 'provide');
  await api.patch(refused.name, { '/instance_info/configdrive': { user_data: driveAsObject.value } });
  // Nobody of that address is known, which is logged.
  await api.ask('GET', `/v1/lookup?addresses=${unknownMac.value}`);
  // An agent that is none, with words of its own.
  await api.ask('POST', `/v1/heartbeat/${deployed.name}`, {
    body: { callback_url: 'https://127.0.0.1:1', agent_token: malformed.value },
  });

  const during = await descriptionsUntilActive(deployed);
  await api.waitForState(misdeployed.name, 'deploy failed', 60);
  await api.waitForState(cleaned.name, 'clean failed', 60);
  await api.waitForRest(refused.name, 30);
  return during;
}

/** Heartbeat details of running activities are seen only while they run, and look-ups are answered only then. */
async function descriptionsUntilActive({ name, mac }: Machine): Promise<readonly Haystack[]> {
  const { api, temporal } = product;
  const { uuid } = await api.node(name);
  const handle = temporal.workflow.getHandle(`node:${uuid}`);
  const texts: string[] = [];
  await until(`node ${name} to be active`, 90, async () => {
    texts.push(...textsIn((await handle.describe()).raw));
    const node = await api.node(name);
    if (node.provision_state.endsWith('failed')) throw new Error(`It failed: ${node.last_error}`);
    // The agent has its token by now, so a stranger's look-up does not take it away.
    if (JSON.stringify(node['deploy_step']).includes('write_image')) laterLookups.push(...(await lookUp(uuid, mac)));
    return node.provision_state.startsWith('active') || undefined;
  });
  return [{ place: `descriptions of ${name} while it ran`, text: texts.join('\n') }];
}

/** Asks as anybody on the provisioning network can. */
async function lookUp(uuid: string, mac: string): Promise<readonly Answer[]> {
  const asked = ['1.31', '1.62', '1.95'].flatMap((version) =>
    [`addresses=${mac}`, `node_uuid=${uuid}`].map((query) =>
      product.api.ask('GET', `/v1/lookup?${query}`, { version }),
    ),
  );
  return Promise.all(asked);
}

/** What the product and its machines keep secret by themselves. */
async function productSecrets(): Promise<readonly Needle[]> {
  const { encryptionKeyFile, postgresPasswordFile } = product.home;
  const keys = readFileSync(encryptionKeyFile, 'utf8').trim();
  const box = new SecretBox(keys);
  const boots = await product.rows('SELECT agent_token FROM boots');
  return [
    ...machines.map(({ name, bmc }) => ({ name: `BMC password of ${name}`, value: bmc.password })),
    ...boots.map(({ agent_token: sealed }, i) => ({ name: `agent token ${i}`, value: box.open(String(sealed)) })),
    { name: 'encryption key', value: keys.slice(keys.indexOf(':') + 1) },
    { name: 'database password', value: readFileSync(postgresPasswordFile, 'utf8').trim() },
  ];
}

function placesOf(needle: Needle): readonly string[] {
  return find([needle], traces);
}

it('secrets of driver_info, config drive, BMC, agents and the product itself stand nowhere', () => {
  // Two boots of the deploy, whose first token was lost, one of the other deploy and one of the cleaning.
  expect(secrets.filter(({ name }) => name.startsWith('agent token')).length).toBeGreaterThanOrEqual(4);
  expect(find(secrets, traces)).toEqual([]);
  const answered = laterLookups.filter(({ status }) => status === 200);
  expect(answered.length).toBeGreaterThan(0);
  expect(answered.filter(({ text }) => !text.includes('"agent_token":"******"'))).toEqual([]);
});

it('what is no secret is found by the same search', () => {
  const [deployed] = machines;
  expect(placesOf(marker)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^marker in table nodes /),
      expect.stringMatching(/^marker in answer 200 to GET \/v1\/nodes\/detail at 1\.95 \(json\)/),
    ]),
  );
  expect(placesOf({ name: 'name', value: deployed?.name ?? '' })).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^name in history of deploy node:/),
      expect.stringMatching(/^name in description of deploy node:/),
      expect.stringMatching(/^name in file temporal\.db/),
    ]),
  );
  // In the failure of an activity, and in what became of it.
  expect(placesOf(wrongChecksum)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^checksum in history of deploy node:/),
      expect.stringMatching(/^checksum in table operation_events /),
    ]),
  );
  expect(placesOf(unknownMac)).toEqual(expect.arrayContaining([expect.stringMatching(/^unknown MAC in file api/)]));
});

it('the search knows its value in every form', () => {
  const { value } = marker;
  const carried = {
    url: `https://x/?v=${encodeURIComponent(value)}`,
    json: JSON.stringify({ a: JSON.stringify({ value }) }),
    base64: Buffer.from(`{"v": ${value}}`).toString('base64'),
    'base64 elsewhere': Buffer.from(`{"v":${value}}`).toString('base64'),
    hex: Buffer.from(`x${value}x`).toString('hex'),
  };
  for (const [place, text] of Object.entries(carried)) expect(find([marker], [{ place, text }])).toHaveLength(1);
});
