import { randomBytes } from 'node:crypto';
import { Bmc } from './bmc.js';
import { Connection, type Timing } from './client/connection.js';
import { Lane } from './client/lane.js';
import type { Patience } from './client/patience.js';
import { parseTarget, sessionKeyOf, type BmcTarget, type Target } from './client/target.js';
import type { Command } from './commands/command.js';
import { IpmiClosedError } from './errors.js';
import { UdpTransport } from './transport/udp.js';

/** Settings of a client; all have defaults that suit real BMCs. */
export interface IpmiClientOptions {
  /** Time for a whole call unless the call says otherwise; default 10 s. */
  deadlineMs?: number | undefined;
  /** Wait for an answer before sending again, growing by half each time; default 1 s. */
  retryMs?: number | undefined;
  /** A session in use is refreshed after so long without a request; default 20 s (BMCs drop it after 30 to 60 s). */
  keepAliveMs?: number | undefined;
  /** A session is closed after so long without a request; default 90 s. 0 closes it right away. */
  lingerMs?: number | undefined;
}

/**
 * Talks IPMI v2.0 to any number of BMCs over one UDP socket per address family. Sessions are cached per BMC and log-in,
 * shared by all callers, refreshed while in use, reopened when the BMC has dropped them, and closed when idle. Each BMC
 * gets one request at a time.
 */
export class IpmiClient {
  readonly #transport = new UdpTransport();
  readonly #timing: Timing;
  readonly #deadlineMs: number;
  readonly #salt = randomBytes(32);
  readonly #connections = new Map<string, Connection>();
  readonly #lanes = new Map<string, { lane: Lane; users: number }>();
  #closed = false;

  constructor(options: IpmiClientOptions = {}) {
    const { deadlineMs = 10_000, retryMs = 1_000, keepAliveMs = 20_000, lingerMs = 90_000 } = options;
    this.#deadlineMs = deadlineMs;
    this.#timing = { retryMs, keepAliveMs, lingerMs };
  }

  /**
   * A handle on one BMC. Cheap, does no I/O, keeps nothing open: make one per call or keep it, as you like.
   * @throws IpmiTargetError if the target cannot be used as given.
   */
  bmc(target: BmcTarget): Bmc {
    const parsed = parseTarget(target);
    return new Bmc((command, patience) => this.#request(parsed, command, patience), this.#deadlineMs);
  }

  /** Ends all calls with IpmiClosedError, closes all sessions, then the sockets. May be called again. */
  async close(): Promise<void> {
    this.#closed = true;
    const reason = closedError();
    await Promise.all([...this.#connections.values()].map((connection) => connection.close(reason)));
    await this.#transport.close();
  }

  async #request<T>(target: Target, command: Command<T>, patience: Patience): Promise<T> {
    if (this.#closed) throw closedError();
    return this.#connection(target).request(command, patience);
  }

  #connection(target: Target): Connection {
    const key = sessionKeyOf(target, this.#salt);
    const existing = this.#connections.get(key);
    if (existing) return existing;
    const laneKey = `${target.host} ${target.port}`;
    const shared = this.#lanes.get(laneKey) ?? { lane: new Lane(), users: 0 };
    shared.users += 1;
    this.#lanes.set(laneKey, shared);
    const connection = new Connection(target, this.#transport, shared.lane, this.#timing, () => {
      if (this.#connections.get(key) !== connection) return;
      this.#connections.delete(key);
      shared.users -= 1;
      if (shared.users === 0) this.#lanes.delete(laneKey);
    });
    this.#connections.set(key, connection);
    return connection;
  }
}

function closedError(): IpmiClosedError {
  return new IpmiClosedError({ what: 'The IPMI client has been closed', hint: 'create a new one' });
}
