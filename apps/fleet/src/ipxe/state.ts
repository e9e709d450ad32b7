import type { IpxeImage } from './image.js';
import type { ScriptLine } from './script.js';
import type { IpxeSettings } from './settings.js';

/** What the machine offers to iPXE. */
export interface IpxeHost {
  /** Initial settings such as `net0/mac`; see {@link IpxeSettings}. */
  readonly settings: Readonly<Record<string, string>>;
  /** Fetches a file whole. @returns the image, or the reason of the failure as one line. */
  fetch(url: string, name: string, args: string): Promise<IpxeImage | string>;
  /** Could the local disk be booted? Asked by `sanboot`. */
  diskBoots(): Promise<boolean>;
  /** A line on the machine's screen. */
  print(line: string): void;
  /** Waits so many seconds of the machine's own time. */
  sleep(seconds: number): Promise<void>;
}

/** How iPXE ended. */
export type IpxeOutcome =
  | { readonly kind: 'kernel'; readonly kernel: IpxeImage; readonly initrds: readonly IpxeImage[] }
  | { readonly kind: 'disk' }
  /** Back to the firmware, which tries its next boot device. `reason` is undefined after `exit` or a plain end. */
  | { readonly kind: 'exit'; readonly reason: string | undefined }
  | { readonly kind: 'reboot' }
  | { readonly kind: 'power off' }
  /** Waits for a key or at a shell, for ever. */
  | { readonly kind: 'waits'; readonly reason: string };

/** Thrown by a command that ends iPXE as a whole. */
export class IpxeEnd extends Error {
  readonly outcome: IpxeOutcome;

  constructor(outcome: IpxeOutcome) {
    super(outcome.kind);
    this.outcome = outcome;
  }
}

/** A script in execution; `goto` moves `position`, `exit` sets `exited`. */
export interface RunningScript {
  readonly url: string;
  readonly lines: readonly ScriptLine[];
  position: number;
  /** Ends the current line. */
  jumped: boolean;
  /** Ends the script with the status of the command. */
  exited: boolean;
}

/** What commands work on. */
export interface IpxeState {
  readonly host: IpxeHost;
  readonly settings: IpxeSettings;
  /** Registered images, oldest first. */
  images: IpxeImage[];
  selected: string | undefined;
  script: RunningScript;
  /** Runs a fetched script as a nested one. @returns undefined for success, else the reason. */
  run(image: IpxeImage): Promise<string | undefined>;
}
