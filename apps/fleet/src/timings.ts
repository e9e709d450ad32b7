/** Lower and upper bound in milliseconds; each use draws a value between them. */
export type Range = readonly [min: number, max: number];

/** How fast the fleet's machines are; see the fields of {@link Timings}. */
export interface TimingOptions {
  /** Factor on the machines' own delays: 1 is the lively demo, 0 takes them all away. */
  readonly timeScale?: number;
  /** Factor on the agent's retry delays after errors; 1 is the real agent's. Not part of `timeScale`: 0 would make a refused agent spin. */
  readonly retryScale?: number;
  /** Replaces `heartbeat_timeout` (seconds) of the lookup answer, so that regular heartbeats come sooner. */
  readonly heartbeatTimeout?: number;
}

/** Every delay of a simulated machine and of its agent, in milliseconds unless said. */
export interface Timings {
  /** From an accepted power command until the power state has changed. */
  readonly powerChange: Range;
  /** Firmware self test, before it asks the BMC for the boot device. */
  readonly post: Range;
  /** Between firmware and the first HTTP request of iPXE. */
  readonly ipxeStart: Range;
  /** One second of an iPXE `sleep` or `prompt`. */
  readonly ipxeSecond: number;
  /** Kernel and init system, from `boot` until the agent or the instance's operating system runs. */
  readonly kernelBoot: Range;
  /** A clean shutdown by the operating system or ramdisk (soft off, `standby.power_off`). */
  readonly shutdown: Range;
  /** A step whose own duration is not given. */
  readonly step: Range;
  /** Factor on step durations that were given. */
  readonly stepScale: number;
  /** A forced heartbeat leaves this long after the command ended. */
  readonly forcedHeartbeat: Range;
  /** Smallest distance between a forced heartbeat and the one before. */
  readonly heartbeatGap: number;
  /** After a heartbeat that failed. */
  readonly heartbeatRetry: Range;
  /** Seconds; undefined = what the lookup answer says. */
  readonly heartbeatTimeout: number | undefined;
  /** Bounds of the random exponential back-off between lookups. */
  readonly lookupBackoff: Range;
  /** Additional pauses after the first, second, third and later 409 to a lookup. */
  readonly lookupConflict: readonly [number, number, number];
  /** Lookups stop after this time and the agent process restarts. */
  readonly lookupLimit: number;
  /** Bounds of the exponential back-off between tries to post inspection data. */
  readonly inspectionBackoff: Range;
  /** Factor on `ipa-image-download-connection-retry-interval`. */
  readonly imageRetryScale: number;
  /** Floor under each restart, so that a machine in a reboot loop cannot spin when everything else is scaled to 0. */
  readonly restartFloor: number;
}

/** Works out all delays. At scale 1 power takes 0.5 s, a boot 2-4 s, a step 1-3 s; heartbeats and retries are the real agent's. */
export function timings(options: TimingOptions = {}): Timings {
  const { timeScale = 1, retryScale = 1, heartbeatTimeout } = options;
  const machine = (min: number, max: number): Range => [min * timeScale, max * timeScale];
  const retry = (min: number, max: number): Range => [min * retryScale, max * retryScale];
  return {
    powerChange: machine(400, 600),
    post: machine(500, 900),
    ipxeStart: machine(300, 600),
    ipxeSecond: 1000 * timeScale,
    kernelBoot: machine(1000, 2000),
    shutdown: machine(700, 1500),
    step: machine(1000, 3000),
    stepScale: timeScale,
    forcedHeartbeat: machine(0, 5000),
    heartbeatGap: 5000 * timeScale,
    heartbeatRetry: retry(5000, 10_000),
    heartbeatTimeout,
    lookupBackoff: retry(1000, 60_000),
    lookupConflict: [5000 * retryScale, 10_000 * retryScale, 30_000 * retryScale],
    lookupLimit: 600_000,
    inspectionBackoff: retry(5000, 30_000),
    imageRetryScale: retryScale,
    restartFloor: 250,
  };
}

/** Draws one delay from a range. */
export function draw([min, max]: Range): number {
  return min + Math.random() * (max - min);
}
