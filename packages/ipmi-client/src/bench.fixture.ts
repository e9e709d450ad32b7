import { afterEach } from 'vitest';
import type { Bmc } from './bmc.js';
import { IpmiError } from './errors.js';
import { IpmiClient, type IpmiClientOptions } from './client.js';
import type { BmcTarget } from './client/target.js';
import { SimulatedBmc } from './testing/simulated-bmc.js';
import type { ChassisAction, SimulatedBmcOptions } from './testing/types.js';
import { startRelay, type UdpRelay } from './udp-relay.fixture.js';

/** A machine that obeys at once. */
export interface Machine {
  on: boolean;
  actions: ChassisAction[];
}

/** A simulated BMC, its machine, and a client that is impatient enough for tests. */
export interface Bench {
  sim: SimulatedBmc;
  machine: Machine;
  target: BmcTarget;
  client: IpmiClient;
  bmc: Bmc;
  /** How often the BMC executed a command. */
  executed: (name: string) => number;
}

const toClose: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of toClose.splice(0).toReversed()) await one.close();
});

/** Closes it when the test is over. */
export function closeAfterTest<T extends { close(): Promise<void> }>(one: T): T {
  toClose.push(one);
  return one;
}

/** A BMC with user admin, password `s3cret-Pa55`, and a client with a handle on it. */
export async function bench(
  simOptions: Partial<SimulatedBmcOptions> = {},
  targetOptions: Partial<BmcTarget> = {},
  clientOptions: IpmiClientOptions = {},
): Promise<Bench> {
  const machine: Machine = { on: false, actions: [] };
  const sim = closeAfterTest(
    new SimulatedBmc({
      users: [
        { name: 'admin', password: 's3cret-Pa55', privilege: 'administrator' },
        { name: 'oper', password: 's3cret-Pa55', privilege: 'operator' },
        { name: 'viewer', password: 's3cret-Pa55', privilege: 'user' },
      ],
      hardware: {
        isPoweredOn: () => machine.on,
        control(action) {
          machine.actions.push(action);
          machine.on = action === 'on' || action === 'cycle' || action === 'reset';
        },
      },
      ...simOptions,
    }),
  );
  const { host, port } = await sim.listen();
  const client = newClient(clientOptions);
  const target = { host, port, username: 'admin', password: 's3cret-Pa55', ...targetOptions };
  const executed = (name: string): number => sim.commands.filter((record) => record.name === name).length;
  return { sim, machine, target, client, bmc: client.bmc(target), executed };
}

/** A client that sends again after 25 ms. */
export function newClient(options: IpmiClientOptions = {}): IpmiClient {
  return closeAfterTest(new IpmiClient({ retryMs: 25, deadlineMs: 5_000, ...options }));
}

/** The same BMC behind a relay. */
export async function relayed({ target, client }: Bench): Promise<{ relay: UdpRelay; bmc: Bmc }> {
  const relay = closeAfterTest(await startRelay(target.port ?? 623));
  return { relay, bmc: client.bmc({ ...target, port: relay.port }) };
}

/** The error that a call ends with. */
export async function failureOf(call: Promise<unknown>): Promise<IpmiError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof IpmiError) return error;
    throw error;
  }
  throw new Error('the call succeeded');
}
