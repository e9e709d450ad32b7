import type { KernelParameters } from './kernel-parameters.js';
import type { RamdiskHost } from './ramdisk-host.js';

/** Why an agent process stopped; decides what the init system does next. */
export type AgentStop = 'rescued' | 'locked down' | 'crashed';

/** What lookup told the agent about itself, and images it wrote: lives as long as the process. */
export interface AgentMemory {
  /** The node as last sent or looked up. */
  node: Readonly<Record<string, unknown>> | undefined;
  /** `permitted_image_formats` of the lookup answer. */
  permittedFormats: readonly string[];
  /** `agent_md5_checksum_enable` of the lookup answer. */
  md5Enabled: boolean;
  /** Id of the image on the disk: the same id is not written twice. */
  writtenImageId: string | undefined;
  /** Answer of `standby.get_partition_uuids`; undefined before an image was written. */
  partitionUuids: Record<string, string> | undefined;
}

/** The running agent process, as its commands and steps see it. */
export interface AgentProcess {
  readonly host: RamdiskHost;
  readonly parameters: KernelParameters;
  /** Aborts when the process ends, by its own will or because the machine lost power. */
  readonly signal: AbortSignal;
  readonly memory: AgentMemory;
  /** Looks the node up once more, as before the choice of a root device without hints. Keeps the old one on failure. */
  refreshNode(): Promise<void>;
  /** Stops serving and heartbeating once the commands in progress have been answered. */
  stop(reason: AgentStop): void;
  /** Settles when no request to the agent's server is in progress, or after a second. */
  answered(): Promise<void>;
}

/** An object member of the cached node, empty when it is missing. */
export function nodeField(memory: AgentMemory, name: string): Readonly<Record<string, unknown>> {
  const value = memory.node?.[name];
  return isObject(value) ? value : {};
}

/** Is this value a JSON object? */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
