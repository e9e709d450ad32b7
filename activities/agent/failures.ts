import { AgentCommandFailed, AgentVersionMismatch } from '#domain/errors.js';
import type { AgentCommand } from './commands.js';

/** What an operator can do about the agent's kinds of error. Others: read the ramdisk's logs. */
const hints: Readonly<Record<string, string>> = {
  ImageChecksumError:
    'the disk is overwritten already; correct the checksum in instance_info or the image on the server',
  ImageDownloadError: 'check that the machine itself reaches the image server, its DNS and proxy',
  ImageDownloadFatalError: 'check that the machine itself reaches the image server, its DNS and proxy',
  ImageDownloadTimeoutError: 'check that the machine itself reaches the image server, its DNS and proxy',
  ImageDownloadOutofSpaceError: 'use a raw image, which is streamed, or a machine with more memory',
  ImageWriteError: 'check that the disk is as large as the image and healthy',
  InvalidImage: 'correct image_disk_format in instance_info, or the image',
  DeviceNotFound: 'compare root device hints and boot mode with the disks that inspection found',
  DeploymentError: 'check that the image is a whole disk image for this boot mode',
  BlockDeviceEraseError: 'the disk refuses to be erased; erase its metadata only, or replace it',
  ProtectedDeviceError: 'a disk holds a clustered file system; clear it by hand or skip it',
};

/** An ended command's step, for sentences. */
export interface FailedWork {
  readonly nodeUuid: string;
  /** `Deploy step deploy.write_image`, as Ironic begins the sentence. */
  readonly what: string;
}

/**
 * Ironic's sentence for a command that did not succeed (agent_base.py process_next_step), with what to do.
 * @throws AgentCommandFailed, or AgentVersionMismatch, unless the command succeeded
 */
export function requireSuccess({ nodeUuid, what }: FailedWork, command: AgentCommand): void {
  switch (command.status) {
    case 'SUCCEEDED':
      return;
    case 'FAILED': {
      const { type, text } = command.error ?? { type: '', text: 'Invalid agent response' };
      const hint = Object.hasOwn(hints, type) ? hints[type] : undefined;
      throw new AgentCommandFailed(`${what} failed on node ${nodeUuid}. ${text}`, hint === undefined ? {} : { hint });
    }
    case 'CLEAN_VERSION_MISMATCH':
    case 'VERSION_MISMATCH':
      throw new AgentVersionMismatch(
        `${what} was not run on node ${nodeUuid}: the agent's hardware managers are of other versions than when the steps were planned`,
      );
    default:
      throw new AgentCommandFailed(`Agent returned unknown status for ${what} on node ${nodeUuid} : ${command.status}`);
  }
}

/** The agent does not know a command that it was given: it is another process, and what ran is lost. */
export function restarted({ nodeUuid, what }: FailedWork): AgentCommandFailed {
  return new AgentCommandFailed(`The agent of node ${nodeUuid} was restarted in the middle of ${what}`, {
    hint: "look at the machine's console for a crash or a reboot, then start the operation again",
  });
}
