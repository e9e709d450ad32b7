import {
  BmcAuthRejected,
  BmcBusy,
  BmcPrivilege,
  BmcSessionsExhausted,
  BmcUnreachable,
  BmcUnsupported,
  NodeInvalid,
  type TemperError,
  type TemperErrorOptions,
} from '#domain/errors.js';
import { bmcPlace, type BmcTarget } from './bmc.js';
import { OutcomeUnknown } from './implementation.js';

type Kind = new (failed: string, options?: TemperErrorOptions) => TemperError;

/** ipmi-client knows nothing of nodes; here its codes become the kinds that operators and policies know. */
const kinds: Readonly<Record<string, Kind>> = {
  'invalid-target': NodeInvalid,
  address: BmcUnreachable,
  timeout: BmcUnreachable,
  protocol: BmcUnreachable,
  'auth-rejected': BmcAuthRejected,
  'unknown-user': BmcAuthRejected,
  privilege: BmcPrivilege,
  'cipher-suite': BmcUnsupported,
  unsupported: BmcUnsupported,
  'completion-code': BmcUnsupported,
  'sessions-exhausted': BmcSessionsExhausted,
  busy: BmcBusy,
};

interface IpmiFailure extends Error {
  readonly code: string;
  readonly hint: string;
}

function isIpmiFailure(error: unknown): error is IpmiFailure {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    'hint' in error &&
    typeof error.hint === 'string'
  );
}

/**
 * The error to throw for what a call of ipmi-client threw: one of ours, naming the BMC and what to do, or
 * {@link OutcomeUnknown}. Anything else (an aborted signal, a closed client) is given back as it is.
 */
export function fromIpmi(error: unknown, target: Pick<BmcTarget, 'host' | 'port'>): unknown {
  if (!isIpmiFailure(error)) return error;
  if (error.code === 'unknown-outcome') return new OutcomeUnknown(error.message, { cause: error });
  const kind = Object.hasOwn(kinds, error.code) ? kinds[error.code] : undefined;
  if (!kind) return error;
  return new kind(whatFailed(error, target), { hint: error.hint, cause: error });
}

/** The message without its hint, which our errors append themselves, and with the BMC's address in any case. */
function whatFailed({ message, hint }: IpmiFailure, target: Pick<BmcTarget, 'host' | 'port'>): string {
  const end = `: ${hint}`;
  const what = message.endsWith(end) ? message.slice(0, -end.length) : message;
  return what.includes(`${target.host}:${target.port}`) ? what : `${bmcPlace(target)}: ${what}`;
}
