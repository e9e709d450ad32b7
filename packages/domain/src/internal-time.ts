/** A time as Ironic keeps it in JSON such as driver_internal_info: UTC, microseconds, no zone (oslo.utils utcnow().isoformat()). */
export function internalTime(at: Date = new Date()): string {
  return `${at.toISOString().slice(0, -1)}000`;
}
