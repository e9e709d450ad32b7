import { randomBytes } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { BootFlags } from '../commands/boot-flags.js';
import { decodeLanRequest, encodeLanResponse, type LanRequest } from '../wire/lan-message.js';
import { TruncatedError } from '../wire/reader.js';
import { unwrapRmcp, wrapRmcp } from '../wire/rmcp.js';
import {
  decodeLegacyPacket,
  decodeSessionPacket,
  encodeLegacyPacket,
  encodeSessionless,
  PAYLOAD,
  type ReceivedPacket,
} from '../wire/session-header.js';
import { Answers, happens } from './answers.js';
import { BmcSessions } from './bmc-sessions.js';
import { BootOptionStore } from './boot-options.js';
import { handlerOf, type BmcState, type Caller } from './handlers.js';
import { CODE, refuse, type Reply } from './reply.js';
import type { BmcCommandRecord, BmcFaults, SimulatedBmcOptions } from './types.js';

const RECORDS_KEPT = 1_000;

/**
 * A BMC on a real UDP socket that speaks IPMI v2.0 (RMCP+), for tests and simulated fleets. What it controls is the
 * `hardware` given to it; other people's clients, e.g. ipmitool, work with it.
 */
export class SimulatedBmc {
  readonly #options: SimulatedBmcOptions;
  readonly #state: BmcState;
  readonly #sessions: BmcSessions;
  readonly #answers: Answers;
  readonly #commands: BmcCommandRecord[] = [];
  #socket: Socket | undefined;

  constructor(options: SimulatedBmcOptions) {
    const { cipherSuites = [17, 3], guid = randomBytes(16), kg, maxSessions = 5, sessionIdleMs = 60_000 } = options;
    this.#options = options;
    this.#sessions = new BmcSessions({ users: options.users, cipherSuites, kg, guid, maxSessions, sessionIdleMs });
    this.#state = {
      hardware: options.hardware,
      boot: new BootOptionStore(),
      faults: {},
      guid,
      cipherSuites,
      hasKg: kg !== undefined,
      restorePolicy: 0,
      identify: false,
      startedAt: Date.now(),
    };
    this.#answers = new Answers(() => this.faults);
  }

  /** Faults to switch on and off at any time; assign to replace them all. */
  get faults(): BmcFaults {
    return this.#state.faults;
  }

  set faults(faults: BmcFaults) {
    this.#state.faults = faults;
  }

  /** Binds the socket. @returns where it listens. */
  async listen(): Promise<{ host: string; port: number }> {
    const { host = '127.0.0.1', port = 0 } = this.#options;
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    await new Promise<void>((bound, failed) => {
      socket.once('error', failed);
      socket.bind(port, host, () => {
        socket.off('error', failed);
        bound();
      });
    });
    // Whatever the system says of a lost answer, a BMC goes on.
    socket.on('error', () => {});
    socket.on('message', (datagram, from) => this.#receive(socket, datagram, from));
    this.#socket = socket;
    return { host, port: socket.address().port };
  }

  /** Ends all sessions and closes the socket. May be called again. */
  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#answers.stop();
    this.#sessions.clear();
    if (socket) await new Promise<void>((closed) => socket.close(() => closed()));
  }

  /** The boot flags as a client would read them now. */
  get bootFlags(): Readonly<BootFlags> {
    return this.#state.boot.flags;
  }

  /** Every command executed or refused, oldest first (the newest 1,000). */
  get commands(): readonly BmcCommandRecord[] {
    return this.#commands;
  }

  /** What firmware does at power-on: reads the boot flags and, unless persistent, uses them up. `none`: no override. */
  takeBootDevice(): Pick<BootFlags, 'device' | 'efi' | 'persistent'> {
    const { valid, device, efi, persistent } = this.#state.boot.take();
    return valid ? { device, efi, persistent } : { device: 'none', efi: false, persistent: false };
  }

  /** Forgets all sessions without a word, as a BMC that restarts. */
  dropSessions(): void {
    this.#sessions.clear();
  }

  #receive(socket: Socket, datagram: Buffer, from: RemoteInfo): void {
    const { faults } = this;
    if (faults.silent === true) return;
    if (happens(faults.dropRequests, (left) => (faults.dropRequests = left))) return;
    const answer = this.#answer(datagram, `${from.address} ${from.port}`);
    if (!answer) return;
    this.#answers.send(answer, (bytes) => {
      if (this.#socket === socket) socket.send(bytes, from.port, from.address);
    });
  }

  #answer(datagram: Buffer, remote: string): Buffer | undefined {
    const bytes = unwrapRmcp(datagram);
    if (!bytes) return presencePong(datagram);
    try {
      const packet = decodeSessionPacket(bytes);
      if (packet?.sessionId === 0) return this.#outsideSession(packet, remote);
      if (packet) return this.#inSession(packet, datagram);
      const message = decodeLegacyPacket(bytes);
      const response = message && this.#execute(message, undefined);
      return response && wrapRmcp(encodeLegacyPacket(response));
    } catch (error) {
      if (error instanceof TruncatedError) return undefined;
      throw error;
    }
  }

  #outsideSession({ payloadType, payload }: ReceivedPacket, remote: string): Buffer | undefined {
    const reply = (type: number, answer: Buffer | undefined): Buffer | undefined =>
      answer && wrapRmcp(encodeSessionless(type, answer));
    switch (payloadType) {
      case PAYLOAD.openSessionRequest:
        return reply(PAYLOAD.openSessionResponse, this.#sessions.open(payload, remote, this.faults));
      case PAYLOAD.rakp1:
        return reply(PAYLOAD.rakp2, this.#sessions.rakp1(payload, this.faults));
      case PAYLOAD.rakp3:
        return reply(PAYLOAD.rakp4, this.#sessions.rakp3(payload));
      case PAYLOAD.ipmi:
        return reply(PAYLOAD.ipmi, this.#execute(payload, undefined));
      default:
        return undefined;
    }
  }

  #inSession({ sessionId }: ReceivedPacket, datagram: Buffer): Buffer | undefined {
    const session = this.#sessions.active(sessionId);
    const message = session?.channel.open(datagram);
    if (!session || !message) return undefined;
    session.usedAt = Date.now();
    const isRepeated = session.lastRequest?.message.equals(message) === true;
    const response = isRepeated ? session.lastRequest?.response : this.#execute(message, session);
    if (!response) return undefined;
    session.lastRequest = { message: Buffer.from(message), response };
    return session.channel.seal(response);
  }

  #execute(message: Buffer, caller: Caller | undefined): Buffer | undefined {
    const request = decodeLanRequest(message);
    if (!request) return undefined;
    const { completionCode, data } = this.#run(request, caller);
    const { netFn, command, sequence } = request;
    return encodeLanResponse({ netFn, command, sequence, completionCode, data });
  }

  #run(request: LanRequest, caller: Caller | undefined): Reply {
    const { netFn, command, data } = request;
    const handler = handlerOf(netFn, command);
    const name = handler?.name ?? `netFn ${hex(netFn)} command ${hex(command)}`;
    const run = (): Reply => {
      if (!handler) return refuse(caller ? CODE.invalidCommand : CODE.insufficientPrivilege);
      if (handler.privilege > (caller?.level ?? 0)) return refuse(CODE.insufficientPrivilege);
      return handler.run(data, this.#state, caller);
    };
    let reply = this.#plannedRefusal(name);
    try {
      reply ??= run();
    } catch {
      reply = refuse(CODE.unspecified); // The machine threw; a client sees what a broken board answers.
    }
    this.#record({
      at: new Date(),
      session: caller?.id ?? null,
      user: caller?.user ?? null,
      name,
      netFn,
      command,
      data: data.toString('hex'),
      ...(reply.detail !== undefined && { detail: reply.detail }),
      completionCode: reply.completionCode,
    });
    return reply;
  }

  #plannedRefusal(name: string): Reply | undefined {
    const planned = this.faults.completionCode;
    if (planned?.command !== name) return undefined;
    if (planned.times !== undefined) {
      planned.times -= 1;
      if (planned.times <= 0) delete this.faults.completionCode;
    }
    return refuse(planned.code);
  }

  #record(record: BmcCommandRecord): void {
    this.#commands.push(record);
    if (this.#commands.length > RECORDS_KEPT) this.#commands.shift();
    this.#options.log?.(record);
  }
}

/** ASF presence ping (IPMI 2.0 §13.2.3): RMCP class 06 · IANA 4542 · type 80 · tag · 0 · 0; answered by a pong. */
function presencePong(datagram: Buffer): Buffer | undefined {
  const isPing = datagram.length >= 12 && datagram[3] === 0x06 && datagram[8] === 0x80;
  if (!isPing) return undefined;
  const iana = [0x00, 0x00, 0x11, 0xbe];
  const supportsIpmi = 0x81;
  const pong = [...iana, 0, 0, 0, 0, supportsIpmi, 0, 0, 0, 0, 0, 0, 0];
  return Buffer.from([0x06, 0x00, 0xff, 0x06, ...iana, 0x40, datagram[9] ?? 0, 0x00, pong.length, ...pong]);
}

function hex(byte: number): string {
  return `${byte.toString(16).padStart(2, '0')}h`;
}
