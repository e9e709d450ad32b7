import type { PriorityOverrides } from '#domain/steps.js';
import type { RowAccess } from '../node-context.js';

/** What the agent activities work with. */
export interface AgentDeps extends RowAccess {
  /** TEMPER_HOME: ramdisk logs are kept below it. */
  readonly home: string;
  /** Priorities in automated cleaning by step (`[deploy]erase_devices_priority` and the like); none when absent. */
  readonly cleanPriorities?: PriorityOverrides;
}
