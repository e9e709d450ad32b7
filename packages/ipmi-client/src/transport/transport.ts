/** What a link tells its owner. */
export interface LinkEvents {
  onDatagram(datagram: Buffer): void;
  /** The system refused to send, e.g. no route; the datagram is lost like any other. */
  onSendError(error: Error): void;
}

/** Datagrams to and from one remote address and port. */
export interface Link {
  send(datagram: Buffer): void;
  /** Stops receiving; what was sent goes out. May be called again. */
  close(): void;
}

/** Carries the datagrams of many links. */
export interface Transport {
  /** @throws the resolver's error if the host name has no address. */
  connect(host: string, port: number, events: LinkEvents): Promise<Link>;
  /** Waits for what was sent to go out, then closes. */
  close(): Promise<void>;
}
