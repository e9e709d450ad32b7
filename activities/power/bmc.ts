/** Where a BMC is and how to log in. */
export interface BmcTarget {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly privilege: 'user' | 'operator' | 'administrator';
  readonly cipherSuite?: number;
  readonly kg?: Buffer;
}

/** How long one call may take, and who may end it early. */
export interface BmcCall {
  readonly signal?: AbortSignal;
  readonly deadlineMs?: number;
}

/** What Temper asks of a BMC; ipmi-client's own type has more. */
export interface Bmc {
  getChassisStatus(call?: BmcCall): Promise<{ readonly poweredOn: boolean }>;
  chassisControl(action: 'off' | 'on' | 'cycle' | 'reset' | 'soft' | 'nmi', call?: BmcCall): Promise<void>;
  getBootDevice(
    call?: BmcCall,
  ): Promise<{ readonly valid: boolean; readonly persistent: boolean; readonly device: string }>;
  setBootDevice(
    device: 'pxe' | 'disk' | 'cdrom' | 'bios' | 'safe' | 'remote-media',
    options?: BmcCall & { readonly persistent?: boolean; readonly efi?: boolean },
  ): Promise<void>;
  /** Sends any request once; the answer's bytes after the completion code. */
  raw(
    request: { readonly netFn: number; readonly command: number; readonly data?: Buffer },
    call?: BmcCall,
  ): Promise<Buffer>;
}

/** One client for all BMCs: it keeps sessions and shares one socket (ipmi-client's IpmiClient). */
export interface BmcClient {
  bmc(target: BmcTarget): Bmc;
}

/** For people and errors: `BMC 10.0.0.1:623`. */
export function bmcPlace({ host, port }: Pick<BmcTarget, 'host' | 'port'>): string {
  return `BMC ${host}:${port}`;
}
