import { AgentCommandFailed, AgentUnreachable, NodeInvalid } from '#domain/errors.js';
import type { Boot } from '#database/generated/client.js';
import type { RowAccess } from '../node-context.js';

/** Where the agent of one boot listens, and how both sides prove themselves. */
export interface AgentAddress {
  readonly nodeUuid: string;
  /** `https://10.0.0.7:9999`, without a slash at the end. */
  readonly url: string;
  /** This boot's token; goes into the query and nowhere else. */
  readonly token: string;
  /** PEM text from the heartbeat: exactly this certificate is trusted. */
  readonly certificate: string;
}

/** `10.0.0.7:9999`, for people. */
export function agentPlace({ url }: Pick<AgentAddress, 'url'>): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

interface Whose {
  readonly uuid: string;
  readonly operationId: string;
}

/** The operation's newest boot, whether or not an agent has called from it. */
function newestBoot({ database }: RowAccess, operationId: string): Promise<Boot | null> {
  return database.boot.findFirst({ where: { operationId }, orderBy: { number: 'desc' } });
}

/**
 * The agent that the operation works with.
 * @throws AgentCommandFailed when its boot has ended, AgentUnreachable when it has not called yet
 */
export async function presentAgent(access: RowAccess, whose: Whose): Promise<AgentAddress> {
  const boot = await newestBoot(access, whose.operationId);
  if (boot?.endedAt) {
    throw new AgentCommandFailed(`The ramdisk of node ${whose.uuid} was powered off or replaced while it was needed`, {
      hint: 'start the operation again',
    });
  }
  return addressOf(access, whose, boot);
}

/** The same for last words (power off, logs), which may come after the boot was ended. */
export async function lastAgent(access: RowAccess, whose: Whose): Promise<AgentAddress> {
  return addressOf(access, whose, await newestBoot(access, whose.operationId));
}

function addressOf({ secrets }: RowAccess, { uuid }: Whose, boot: Boot | null): AgentAddress {
  if (!boot?.callbackUrl)
    throw new AgentUnreachable(`The agent of node ${uuid} has not sent a heartbeat from this boot`);
  const url = boot.callbackUrl.replace(/\/+$/, '');
  if (!url.startsWith('https://') || !boot.agentVerifyCa) {
    throw new NodeInvalid(`The agent of node ${uuid} announced ${url} without TLS`, {
      hint: 'use a ramdisk whose agent makes its own certificate (ironic-python-agent since Wallaby does)',
    });
  }
  return { nodeUuid: uuid, url, token: secrets.open(boot.agentToken), certificate: boot.agentVerifyCa };
}
