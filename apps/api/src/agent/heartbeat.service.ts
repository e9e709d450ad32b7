import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#database/client.js';
import type { Boot } from '#database/generated/client.js';
import { openBootOf } from '#database/open-boot.js';
import type { SecretBox } from '#database/secrets.js';
import { internalTime } from '#domain/internal-time.js';
import { heartbeatEffect, isProvisionState } from '#domain/states.js';
import { invalid, notFound } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import type { NodeRow } from '../nodes/node.rows.js';
import { argument } from '../resource/json-types.js';
import { parseArguments } from '../resource/schema-error.js';
import { DATABASE, SECRETS } from '../tokens.js';
import { Beats } from './beats.js';
import { noteBoot } from './note-boot.js';

/** The body of POST /v1/heartbeat/{ident}. */
export const heartbeatArguments = z.object({
  callback_url: argument.string(),
  agent_version: argument.string(),
  agent_token: argument.string(),
  agent_verify_ca: argument.string(),
  agent_status: argument.string(),
  agent_status_message: argument.string(),
});
type Heartbeat = z.output<typeof heartbeatArguments>;

const statuses = ['start', 'end', 'error'];

/**
 * POST /v1/heartbeat/{ident}. The facts go into the rows first; a flow is told only if it waits for them.
 * The token must be that of the present boot, or a dying ramdisk would answer for the new one. Never 409: the node's
 * lock does not concern the agent.
 */
@Injectable()
export class HeartbeatService {
  readonly #database: Database;
  readonly #secrets: SecretBox;
  readonly #finder: NodeFinder;
  readonly #beats: Beats;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(SECRETS) secrets: SecretBox,
    @Inject(NodeFinder) finder: NodeFinder,
    @Inject(Beats) beats: Beats,
  ) {
    this.#database = database;
    this.#secrets = secrets;
    this.#finder = finder;
    this.#beats = beats;
  }

  async beat(ident: string, call: Call): Promise<void> {
    if (!call.allows('resource.heartbeat')) throw notFound();
    const beat = parseArguments(heartbeatArguments, call.named(), ['callback_url']);
    refuseNewerFields(call, beat);
    const node = await this.#finder.row(ident, call);
    const boot = await openBootOf(this.#database, node.id);
    refuseHeartbeat(beat, boot);
    if (!boot || !sameToken(beat.agent_token ?? '', this.#secrets.open(boot.agentToken))) {
      throw invalid('Invalid or missing agent token received.');
    }
    if (beat.callback_url && !beat.callback_url.toLowerCase().startsWith('https://')) {
      throw invalid('TLS is required by configuration');
    }
    if (beat.agent_verify_ca && boot.agentVerifyCa && beat.agent_verify_ca !== boot.agentVerifyCa) {
      throw invalid('Detected change in ramdisk provided "agent_verify_ca"');
    }
    // As in Ironic, what an agent says in a state that does not expect it is heard and forgotten.
    if (!isHeeded(node)) return;
    if (!(await this.#record(node, boot, beat))) return;
    if (boot.heartbeats === 0) await noteBoot(this.#database, boot, 'first heartbeat of the agent');
    await this.#beats.deliver(boot.operationId, node.uuid);
  }

  /** False when the boot has ended in the meantime: then a new ramdisk's facts stand in the rows, or none. */
  async #record(node: NodeRow, boot: Boot, beat: Heartbeat): Promise<boolean> {
    const now = new Date();
    const facts = {
      callbackUrl: beat.callback_url,
      ...(beat.agent_version === null ? {} : { agentVersion: beat.agent_version }),
      ...(beat.agent_verify_ca === null ? {} : { agentVerifyCa: beat.agent_verify_ca }),
    };
    const { count } = await this.#database.boot.updateMany({
      where: { id: boot.id, endedAt: null },
      data: { heartbeatAt: now, heartbeats: { increment: 1 }, ...facts },
    });
    if (count === 0) return false;
    const info = JSON.stringify(internalInfo(beat, now));
    // Merged by the database: flows write other keys of the same column at any moment.
    await this.#database.$executeRaw`
      UPDATE nodes SET driver_internal_info = driver_internal_info || ${info}::jsonb WHERE id = ${node.id}`;
    return true;
  }
}

function isHeeded({ provisionState }: NodeRow): boolean {
  return isProvisionState(provisionState) && heartbeatEffect(provisionState) !== 'ignored';
}

function refuseNewerFields(call: Call, beat: Heartbeat): void {
  if (beat.agent_version && !call.allows('heartbeat.agent_version')) {
    throw invalid('Field "agent_version" not recognised');
  }
  if ((beat.agent_status || beat.agent_status_message) && !call.allows('heartbeat.agent_status')) {
    throw invalid('Fields "agent_status" and "agent_status_message" not recognised.');
  }
  if (beat.agent_verify_ca !== null && !call.allows('heartbeat.agent_verify_ca')) {
    throw invalid('Field "agent_verify_ca" not recognised in this version');
  }
}

/** In the order of Ironic's checks (api/controllers/v1/ramdisk.py, conductor/manager.py heartbeat). */
function refuseHeartbeat(beat: Heartbeat, boot: Boot | null): void {
  const url = beat.callback_url ?? '';
  if (url !== '' && !(URL.canParse(url) && new URL(url).protocol.includes('http'))) {
    throw invalid('An issue with the supplied "callback_url" has been detected.');
  }
  if (boot?.callbackUrl != null && boot.callbackUrl !== url) {
    throw invalid('Detected change in ramdisk provided "callback_url"');
  }
  if (beat.agent_token === null) throw invalid('Agent token is required for heartbeat processing.');
  if (beat.agent_status !== null && !statuses.includes(beat.agent_status)) {
    throw invalid(`Agent status is invalid. Valid states are ${statuses.join(',')}.`);
  }
  if (beat.agent_version === null && beat.agent_status === null) {
    throw invalid('Agent did not transmit a version, and a version is required. Please update the agent being used.');
  }
}

/** Ironic's keys of driver_internal_info. */
function internalInfo(beat: Heartbeat, now: Date): Record<string, string> {
  return {
    agent_last_heartbeat: internalTime(now),
    ...(beat.callback_url ? { agent_url: beat.callback_url } : {}),
    ...(beat.agent_version ? { agent_version: beat.agent_version } : {}),
    ...(beat.agent_verify_ca ? { agent_verify_ca: beat.agent_verify_ca } : {}),
    ...(beat.agent_status ? { agent_status: beat.agent_status } : {}),
    ...(beat.agent_status_message ? { agent_status_message: beat.agent_status_message } : {}),
  };
}

/** In constant time: digests are of one length whatever is sent. */
function sameToken(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
