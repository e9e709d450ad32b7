/** power_state of a node; null while it was never known. */
export type PowerState = 'power on' | 'power off' | 'error';
/** `target` of PUT states/power. */
export type PowerTarget = 'power on' | 'power off' | 'rebooting' | 'soft power off' | 'soft rebooting';
