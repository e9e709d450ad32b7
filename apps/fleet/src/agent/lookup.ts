import { pause } from '../pause.js';
import { draw } from '../timings.js';
import { faultOf, field, type ApiAnswer, type ApiClient } from './api-client.js';
import type { RamdiskHost } from './ramdisk-host.js';

/**
 * Asks the API who this machine is until it answers: random exponential back-off of 1-60 s, a longer
 * pause after each 409, and no more after 600 s.
 * @param counted called for each lookup sent
 * @returns the answer's body, which names a node; undefined when the time is over
 */
export async function lookUp(
  host: RamdiskHost,
  api: ApiClient,
  signal: AbortSignal,
  nodeUuid: string | undefined,
  counted: () => void,
): Promise<unknown> {
  const { lookupBackoff, lookupConflict, lookupLimit } = host.timings;
  const deadline = Date.now() + lookupLimit;
  let conflicts = 0;
  for (let attempt = 0; Date.now() < deadline; attempt++) {
    counted();
    const answer = await api.lookup([host.identity.mac], nodeUuid).catch(() => undefined);
    signal.throwIfAborted();
    const body = accept(host, answer);
    if (body !== undefined) return body;
    if (answer?.status === 409) await pause(lookupConflict[Math.min(conflicts++, 2)] ?? 0, signal);
    const [min, max] = lookupBackoff;
    await pause(draw([min, Math.min(max, Math.max(min, min * 2 ** attempt))]), signal);
  }
  return undefined;
}

function accept(host: RamdiskHost, answer: ApiAnswer | undefined): unknown {
  if (!answer) {
    host.log('lookup failed', 'no connection');
    return undefined;
  }
  if (answer.status !== 200) {
    host.log('lookup failed', `HTTP ${answer.status} ${faultOf(answer.body)}`);
    return undefined;
  }
  if ((host.faults.loseToken ?? 0) > 0) {
    host.faults.loseToken = (host.faults.loseToken ?? 0) - 1;
    host.log('lookup failed', 'its answer was lost (fault loseToken)');
    return undefined;
  }
  const uuid = field(field(answer.body, 'node'), 'uuid');
  if (typeof uuid !== 'string') {
    host.log('lookup failed', 'the answer names no node');
    return undefined;
  }
  host.log('lookup answered', uuid);
  return answer.body;
}
