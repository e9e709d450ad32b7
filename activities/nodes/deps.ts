import type { FakeDelays } from '#domain/fake-delays.js';
import type { Database } from '#database/client.js';
import type { OperationType } from '#domain/operations.js';
import type { PriorityOverrides } from '#domain/steps.js';

/** What the row activities need. */
export interface NodeDeps {
  readonly database: Database;
  /** Name of this worker in history rows, as Ironic's conductor. */
  readonly conductor: string;
  readonly settings: NodeSettings;
}

/** Ironic's options that decide how an operation runs. */
export interface NodeSettings {
  /**
   * Seconds that the wait states of an operation may last without a sign of the agent (`[conductor]*_callback_timeout`,
   * `inspect_wait_timeout`); 0 = for ever.
   */
  readonly callbackTimeoutS: (type: OperationType) => number;
  /** `[conductor]automated_clean`: what a node with automated_clean null does. */
  readonly automatedClean: boolean;
  /** Priorities in automated cleaning by step (`[deploy]erase_devices_priority` and the like); none when absent. */
  readonly cleanPriorities?: PriorityOverrides;
  /** `[deploy]power_off_after_deploy_failure`; true when absent. */
  readonly powerOffAfterDeployFailure?: boolean;
  /** `[fake]*_delay`; none when absent. */
  readonly fakeDelays?: FakeDelays;
}
