/** What is built into a machine, or was given to it when the fleet was made. Survives restarts. */
export interface MachineIdentity {
  /** `sim-01`, … */
  readonly name: string;
  /** Of the only NIC, lower case with colons. */
  readonly mac: string;
  /** SMBIOS system UUID. */
  readonly uuid: string;
  readonly serial: string;
  readonly cpuArch: string;
  readonly cpus: number;
  readonly memoryMb: number;
  readonly diskBytes: number;
  /** Mode of the firmware when the boot flags do not ask for UEFI. */
  readonly firmware: 'bios' | 'uefi';
  readonly bmc: {
    /** Where the BMC listens. */
    readonly address: string;
    readonly port: number;
    readonly username: string;
    readonly password: string;
  };
}
