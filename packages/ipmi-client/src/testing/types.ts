/** What a simulated BMC asks of the machine that it controls. */
export interface ChassisHardware {
  /** What Get Chassis Status reports. */
  isPoweredOn(): boolean;
  /** The machine reacts, now or later: power need not have changed when this returns (IPMI 2.0 §28.3). */
  control(action: ChassisAction): void;
}

/** Chassis Control's actions: hard off, on, power cycle, hard reset, diagnostic interrupt, ACPI shutdown. */
export type ChassisAction = 'off' | 'on' | 'cycle' | 'reset' | 'nmi' | 'soft';

/** An account of a simulated BMC. `privilege` is its limit. */
export interface SimulatedUser {
  name: string;
  password: string;
  privilege: 'user' | 'operator' | 'administrator';
}

/** How to build a simulated BMC. */
export interface SimulatedBmcOptions {
  /** Address to bind; default 127.0.0.1. */
  host?: string;
  /** UDP port; default 0, the system chooses. */
  port?: number;
  users: SimulatedUser[];
  /** Cipher suites that Open Session accepts, best first; default 17, 3. Any of 0-3, 6-8, 15-17. */
  cipherSuites?: number[];
  /** BMC key; default none (two-key logins are off). */
  kg?: Buffer;
  /** 16 bytes on the wire as given; default random. */
  guid?: Buffer;
  hardware: ChassisHardware;
  /** Sessions at once, half-open ones included; default 5, as on many boards. */
  maxSessions?: number;
  /** A session without a request for so long is dropped silently; default 60 s (IPMI 2.0 §6.12.15). */
  sessionIdleMs?: number;
  /** Called with each command that a session executed. */
  log?: (record: BmcCommandRecord) => void;
}

/** One command as the BMC executed it. */
export interface BmcCommandRecord {
  at: Date;
  /** The BMC's session id; null outside a session. */
  session: number | null;
  user: string | null;
  /** E.g. `Chassis Control`; `netFn 06h command 99h` if the BMC does not know it. */
  name: string;
  netFn: number;
  command: number;
  /** Request data in hex; no command served here carries a secret. */
  data: string;
  /** For people, e.g. `power on`, `boot pxe uefi once`. */
  detail?: string;
  completionCode: number;
}

/** Faults to switch on and off while the BMC runs; all absent at first. */
export interface BmcFaults {
  /** Ignore requests before acting: the next n (a whole number, counted down) or a probability below 1. */
  dropRequests?: number;
  /** Act, but lose the answer: the next n (counted down) or a probability below 1. */
  dropResponses?: number;
  /** Hold each answer back for so long. */
  delayMs?: number;
  /** Send each answer twice. */
  duplicateResponses?: boolean;
  /** Hold each answer back until the next one has been sent. */
  reorderResponses?: boolean;
  /** Answer Open Session with this RMCP+ status (IPMI 2.0 table 13-15), e.g. 1 for no free session. */
  refuseSessions?: number;
  /** Answer a command, named as in {@link BmcCommandRecord.name}, with this code instead of executing it. */
  completionCode?: { command: string; code: number; times?: number };
  /** Answer nothing at all, as a hung or unplugged BMC. */
  silent?: boolean;
  /** Ignore cipher suites that the BMC lacks instead of refusing them. */
  ignoreUnknownCipherSuites?: boolean;
  /** Answer Open Session with the BMC's first suite whatever was asked (seen with pyghmi's server). */
  downgradeCipherSuite?: boolean;
  /** Ignore RAKP 1 of unknown users instead of refusing them. */
  ignoreUnknownUsers?: boolean;
  /** Report this power state whatever the machine says. */
  reportedPower?: 'on' | 'off';
  /** Accept Chassis Control and do nothing. */
  ignoreChassisControl?: boolean;
  /** Accept boot flags and forget UEFI and persistence (seen with pyghmi's server). */
  forgetBootFlags?: boolean;
}
