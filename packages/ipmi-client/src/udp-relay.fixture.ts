import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

/** What becomes of a datagram: how often it is delivered, or `hold`: after the next one of its direction. */
export type Fate = 0 | 1 | 2 | 'hold';

/** Decides the fate of the nth datagram (from 1) of a direction. */
export type Decide = (datagram: Buffer, nth: number) => Fate;

/** A network between a client and a BMC whose losses are chosen, not random. */
export interface UdpRelay {
  port: number;
  toBmc: Decide;
  toConsole: Decide;
  /** Most datagrams that were under way to the BMC without an answer. */
  mostOutstanding: number;
  /** Datagrams that came from the console. */
  fromConsole: Buffer[];
  close(): Promise<void>;
}

/** Starts a relay for one console on 127.0.0.1. */
export async function startRelay(bmcPort: number): Promise<UdpRelay> {
  const front = await bind();
  const back = await bind();
  let console: RemoteInfo | undefined;
  let outstanding = 0;
  const relay: UdpRelay = {
    port: front.address().port,
    toBmc: () => 1,
    toConsole: () => 1,
    mostOutstanding: 0,
    fromConsole: [],
    close: async () => {
      await Promise.all([front, back].map((socket) => new Promise<void>((closed) => socket.close(() => closed()))));
    },
  };
  const toBmc = direction(
    (datagram, nth) => relay.toBmc(datagram, nth),
    (datagram) => back.send(datagram, bmcPort, '127.0.0.1'),
  );
  const toConsole = direction(
    (datagram, nth) => relay.toConsole(datagram, nth),
    (datagram) => console && front.send(datagram, console.port, console.address),
  );
  front.on('message', (datagram, from) => {
    console = from;
    relay.fromConsole.push(datagram);
    outstanding += 1;
    relay.mostOutstanding = Math.max(relay.mostOutstanding, outstanding);
    toBmc(datagram);
  });
  back.on('message', (datagram) => {
    outstanding = 0;
    toConsole(datagram);
  });
  return relay;
}

function direction(decide: Decide, deliver: (datagram: Buffer) => void): (datagram: Buffer) => void {
  let count = 0;
  let held: Buffer | undefined;
  return (datagram) => {
    count += 1;
    const fate = decide(datagram, count);
    if (fate === 'hold') {
      held = datagram;
      return;
    }
    for (let copies = 0; copies < fate; copies += 1) deliver(datagram);
    if (held) deliver(held);
    held = undefined;
  };
}

async function bind(): Promise<Socket> {
  const socket = createSocket('udp4');
  await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound));
  return socket;
}
