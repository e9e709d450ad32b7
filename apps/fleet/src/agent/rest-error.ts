/** Message and code of the agent's errors by type (ironic_python_agent/errors.py 13.0.0). */
const KNOWN = {
  InvalidCommandError: { message: 'Invalid command', code: 400 },
  InvalidCommandParamsError: { message: 'Invalid command parameters', code: 400 },
  RequestedObjectNotFoundError: { message: 'Not found', code: 404 },
  AgentIsBusy: { message: 'Agent is busy', code: 409 },
  CommandExecutionError: { message: 'Command execution failed', code: 500 },
  VersionMismatch: {
    message: 'Hardware managers version mismatch, reload agent with correct version',
    code: 409,
  },
  HardwareManagerMethodNotFound: { message: 'No HardwareManager found to handle method', code: 500 },
  CleaningError: { message: 'Clean step failed', code: 500 },
  DeploymentError: { message: 'Deploy step failed', code: 500 },
  ServicingError: { message: 'Service step failed', code: 500 },
  DeviceNotFound: {
    message: 'Error finding the disk or partition device to deploy the image onto',
    code: 404,
  },
  ImageDownloadError: { message: 'Error downloading image', code: 500 },
  ImageDownloadFatalError: { message: 'Error downloading image', code: 500 },
  ImageChecksumError: { message: 'Error verifying image checksum', code: 500 },
  ImageWriteError: { message: 'Error writing image to device', code: 500 },
  InvalidImage: { message: 'The provided image is not valid for use', code: 500 },
  BlockDeviceEraseError: { message: 'Error erasing block device', code: 500 },
  IncompatibleHardwareMethodError: { message: 'HardwareManager method is not compatible with hardware', code: 500 },
  RESTError: { message: 'An error occurred', code: 500 },
} as const satisfies Record<string, { message: string; code: number }>;

/** A name of an error that the agent reports. */
export type AgentErrorType = keyof typeof KNOWN;

/** `command_error` on the wire. */
export interface CommandError {
  readonly type: string;
  readonly code: number;
  readonly message: string;
  readonly details: string;
}

/** An error as the agent reports it: in a failed command's `command_error`, or as an HTTP status with a fault text. */
export class AgentError extends Error {
  readonly type: string;
  readonly code: number;
  readonly summary: string;
  readonly details: string;

  constructor(type: string, details: string) {
    const { message, code } = Object.hasOwn(KNOWN, type) ? KNOWN[type as AgentErrorType] : KNOWN.RESTError;
    super(`${message}: ${details}`);
    this.type = type;
    this.code = code;
    this.summary = message;
    this.details = details;
  }

  /** The four fields of `command_error`. */
  toJSON(): CommandError {
    return { type: this.type, code: this.code, message: this.summary, details: this.details };
  }
}

/** An error with a type that the agent knows. */
export function agentError(type: AgentErrorType, details: string): AgentError {
  return new AgentError(type, details);
}
