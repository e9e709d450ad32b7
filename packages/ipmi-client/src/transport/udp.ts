import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import type { Link, LinkEvents, Transport } from './transport.js';

/** Thousands of answers may arrive within one turn of the event loop; the system grants what it allows. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

type Family = 4 | 6;

/** One UDP socket per address family, opened when first needed, shared by all links. */
export class UdpTransport implements Transport {
  readonly #sockets = new Map<Family, Promise<Socket>>();
  /** Links by remote address and port. */
  readonly #links = new Map<string, Set<LinkEvents>>();
  #sending = 0;
  #closed = false;
  #onIdle: (() => void) | undefined;

  async connect(host: string, port: number, events: LinkEvents): Promise<Link> {
    const { address, family } = await resolve(host);
    const socket = await this.#socket(family);
    const key = keyOf(address, port);
    const links = this.#links.get(key) ?? new Set();
    this.#links.set(key, links.add(events));
    return {
      send: (datagram) => {
        this.#sending += 1;
        socket.send(datagram, port, address, (error) => {
          this.#sending -= 1;
          if (error) events.onSendError(error);
          if (this.#sending === 0) this.#onIdle?.();
        });
      },
      close: () => {
        links.delete(events);
        if (links.size === 0 && this.#links.get(key) === links) this.#links.delete(key);
      },
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#sending > 0) await new Promise<void>((done) => (this.#onIdle = done));
    const sockets = [...this.#sockets.values()];
    this.#sockets.clear();
    await Promise.all(sockets.map(async (socket) => closeSocket(await socket)));
  }

  async #socket(family: Family): Promise<Socket> {
    const existing = this.#sockets.get(family);
    if (existing) return existing;
    if (this.#closed) throw new Error('the transport has been closed');
    const opening = openSocket(family, (datagram, address, port) => this.#deliver(datagram, address, port));
    this.#sockets.set(family, opening);
    opening.catch(() => this.#sockets.delete(family));
    return opening;
  }

  #deliver(datagram: Buffer, address: string, port: number): void {
    for (const link of this.#links.get(keyOf(address, port)) ?? []) link.onDatagram(datagram);
  }
}

function keyOf(address: string, port: number): string {
  return `${address} ${port}`;
}

/** The address in the form in which received datagrams name it. */
async function resolve(host: string): Promise<{ address: string; family: Family }> {
  const { address, family } = await lookup(host);
  return family === 6 ? { address: canonicalIpv6(address), family: 6 } : { address, family: 4 };
}

function canonicalIpv6(address: string): string {
  const [ip = '', zone] = address.split('%');
  const canonical = new URL(`http://[${ip}]`).hostname.slice(1, -1);
  return zone === undefined ? canonical : `${canonical}%${zone}`;
}

async function openSocket(
  family: Family,
  deliver: (datagram: Buffer, address: string, port: number) => void,
): Promise<Socket> {
  const socket = createSocket(family === 6 ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' });
  await new Promise<void>((bound, failed) => {
    socket.once('error', failed);
    socket.bind(0, () => {
      socket.off('error', failed);
      bound();
    });
  });
  // An error on an unconnected socket belongs to no link: the datagram is lost and will be sent again.
  socket.on('error', () => {});
  socket.on('message', (datagram, from) => deliver(datagram, from.address, from.port));
  socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  return socket;
}

function closeSocket(socket: Socket): Promise<void> {
  return new Promise((closed) => socket.close(() => closed()));
}
