/** Refused: nothing has changed. `text` is Ironic's. */
export interface VerbRefusal {
  readonly kind: 'refused';
  readonly status: 400 | 403 | 404 | 406 | 409;
  /** Name of Ironic's exception. */
  readonly code: string;
  readonly text: string;
}

/** Makes a refusal. */
export function refusal(status: VerbRefusal['status'], code: string, text: string): VerbRefusal {
  return { kind: 'refused', status, code, text };
}

const stringFields = ['target', 'rescue_password'];
const listFields = ['clean_steps', 'deploy_steps', 'service_steps'];
const fields = [...stringFields, ...listFields, 'configdrive', 'disable_ramdisk', 'runbook'];

/**
 * The refusal of a body whose fields are unknown or of a wrong type, or undefined. Ironic asks this before it looks for
 * the node. A body that is not an object counts as empty.
 */
export function checkVerbArguments(body: unknown): VerbRefusal | undefined {
  const given: Readonly<Record<string, unknown>> = isRecord(body) ? body : {};
  const unexpected = Object.keys(given).filter((name) => !fields.includes(name));
  if (unexpected.length > 0) return invalid(`Unexpected arguments: ${unexpected.join(', ')}`);
  if (given['target'] === undefined) {
    return refusal(400, 'MissingParameterValue', 'Missing mandatory parameter: target');
  }
  for (const [name, value] of Object.entries(given)) {
    const text = value === null ? undefined : typeErrorOf(name, value);
    if (text !== undefined) return invalid(text);
  }
  return undefined;
}

function typeErrorOf(name: string, value: unknown): string | undefined {
  if (stringFields.includes(name) && typeof value !== 'string') return `Expected string for ${name}: ${shown(value)}`;
  if (listFields.includes(name) && !Array.isArray(value)) return `Expected a list for ${name}: ${shown(value)}`;
  if (name === 'runbook' && typeof value !== 'string') return `Expected string for ${name}: ${shown(value)}`;
  if (name === 'configdrive' && typeof value !== 'string' && !isRecord(value)) {
    return `Expected an object or a string for ${name}`;
  }
  if (name === 'disable_ramdisk' && toBoolean(value) === undefined) {
    const valid = [...booleanWords.keys()].toSorted().map((word) => `'${word}'`);
    return `Invalid ${name}: Unrecognized value '${shown(value)}', acceptable values are: ${valid.join(', ')}`;
  }
  return undefined;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function invalid(text: string): VerbRefusal {
  return refusal(400, 'InvalidParameterValue', text);
}

const booleanWords = new Map([
  ...['1', 't', 'true', 'on', 'y', 'yes'].map((word): [string, boolean] => [word, true]),
  ...['0', 'f', 'false', 'off', 'n', 'no'].map((word): [string, boolean] => [word, false]),
]);

/** A boolean as Ironic reads it in arguments (oslo.utils bool_from_string, strict); undefined for everything else. */
export function toBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  return booleanWords.get(String(value).trim().toLowerCase());
}

/** Is the value there and not empty? Ironic treats empty lists, objects and strings as absent. */
export function isFilled(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return !isRecord(value) || Object.keys(value).length > 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const configdriveKeys = ['meta_data', 'network_data', 'user_data', 'vendor_data'];

/** The refusal of a config drive with this target and version, or undefined (Ironic check_allow_configdrive). */
export function refuseConfigdrive(target: string, configdrive: unknown, apiMinor: number): VerbRefusal | undefined {
  if (!isFilled(configdrive)) return undefined;
  const allowed = apiMinor >= 35 ? ['active', 'rebuild'] : ['active'];
  if (!allowed.includes(target)) {
    return clientSide(`Adding a config drive is only supported when setting provision state to ${allowed.join(', ')}`);
  }
  if (isRecord(configdrive)) return refuseConfigdriveObject(configdrive, apiMinor);
  if (typeof configdrive !== 'string')
    return clientSide('Invalid configdrive format: it is neither an object nor a string');
  // A colon is no base64 symbol, so this is a URL.
  if (configdrive.includes('://')) return undefined;
  if (/^[A-Za-z0-9+/=\n\r\t ]*$/.test(configdrive)) return undefined;
  return clientSide('Invalid configdrive format: it is neither a JSON, nor a URL, nor a base64 string');
}

function refuseConfigdriveObject(
  configdrive: Readonly<Record<string, unknown>>,
  apiMinor: number,
): VerbRefusal | undefined {
  for (const [key, value] of Object.entries(configdrive)) {
    if (!configdriveKeys.includes(key)) return clientSide(`Invalid configdrive format: '${key}' is not expected`);
    if (key === 'user_data' ? typeof value === 'number' || typeof value === 'boolean' : !isRecord(value)) {
      return clientSide(`Invalid configdrive format: '${key}' is of a wrong type`);
    }
  }
  const since = (minor: number, what: string) =>
    clientSide(`Providing ${what} is only supported starting with API version 1.${minor}`);
  if (apiMinor < 56) return since(56, 'a JSON object for configdrive');
  if ('vendor_data' in configdrive && apiMinor < 59) return since(59, 'vendor_data in configdrive');
  return undefined;
}

/** The refusal of deploy_steps with this target and version, or undefined (Ironic check_allow_deploy_steps). */
export function refuseDeploySteps(target: string, steps: unknown, apiMinor: number): VerbRefusal | undefined {
  if (!isFilled(steps)) return undefined;
  if (apiMinor < 69) {
    return refusal(406, 'NotAcceptable', 'Request not acceptable. The minimal required API version should be 1.69');
  }
  if (target === 'active' || target === 'rebuild') return undefined;
  return clientSide('"deploy_steps" is only valid when setting target provision state to active or rebuild');
}

/** The refusal of disable_ramdisk with this target and version, or undefined (Ironic check_allow_disable_ramdisk). */
export function refuseDisableRamdisk(target: string, value: unknown, apiMinor: number): VerbRefusal | undefined {
  if (value === undefined || value === null) return undefined;
  const minor = target === 'clean' ? 70 : target === 'service' ? 108 : undefined;
  if (minor === undefined) {
    return refusal(400, 'BadRequest', 'disable_ramdisk is supported only with manual cleaning or servicing');
  }
  if (apiMinor >= minor) return undefined;
  return refusal(406, 'NotAcceptable', 'disable_ramdisk is not acceptable in this API version');
}

function clientSide(text: string): VerbRefusal {
  return refusal(400, 'ClientSideError', text);
}
