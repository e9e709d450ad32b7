import type { AgentProcess } from './agent-process.js';
import { unpackConfigDrive } from './config-drive.js';
import { download } from './download.js';
import { checkFormat, stagedFormat, writeStaged } from './image-format.js';
import { readImageInfo, type ImageInfo } from './image-info.js';
import { agentError } from './rest-error.js';
import { rootDevice } from './root-device.js';

/**
 * `standby.prepare_image`, which the `write_image` step runs: writes the image (a raw one straight to the disk, others
 * by way of a file), checks its partition table, and puts the config drive beside it.
 * @returns the agent's result text
 */
export async function writeImage(process: AgentProcess, imageInfo: unknown, configDrive: unknown): Promise<string> {
  const { memory, host } = process;
  const info = readImageInfo(imageInfo, memory.md5Enabled);
  if (info.isPartitionImage) throw agentError('InvalidImage', 'Partition images are not simulated.');
  const device = await rootDevice(process);
  if (memory.writtenImageId !== info.id) {
    memory.partitionUuids = {};
    const bytes = await (info.streamRaw && info.diskFormat === 'raw' ? stream(process, info) : stage(process, info));
    await host.disk.recordImage({ id: info.id, bytes, writtenAt: new Date().toISOString() }, undefined);
    memory.writtenImageId = info.id;
  }
  const diskId = await checkPartitions(process, device);
  const source = typeof configDrive === 'string' ? configDrive : info.configDrive;
  const written = await host.disk.writtenImage();
  if (source !== undefined && written) {
    await host.disk.recordImage(
      written,
      await unpackConfigDrive(source, String(memory.node?.['uuid']), process.signal),
    );
  }
  memory.partitionUuids = { ...memory.partitionUuids, 'root uuid': diskId };
  host.log('image written', `${info.id} on ${device}`);
  return `image (${info.id}) written to device ${device} root_uuid=${diskId}`;
}

/** Straight to the disk: a checksum that does not match is found when the disk is already overwritten. */
async function stream(process: AgentProcess, info: ImageInfo): Promise<number> {
  const { disk } = process.host;
  let bytes = 0;
  await download(process, info, async () => {
    const writer = await disk.overwrite();
    return {
      location: disk.device,
      write: (chunk) => writer.write(chunk),
      async close() {
        bytes = writer.bytes;
        await writer.close();
      },
    };
  });
  return bytes;
}

/** By way of a file: the disk is touched only when checksum and format are right. */
async function stage(process: AgentProcess, info: ImageInfo): Promise<number> {
  const { disk } = process.host;
  try {
    await download(process, info, async () => {
      const writer = await disk.stage();
      return {
        location: `/tmp/${info.id}`,
        write: (chunk) => writer.write(chunk),
        close: () => writer.close(),
      };
    });
    const staged = await stagedFormat(disk);
    checkFormat(info.diskFormat, staged.format, process.memory.permittedFormats);
    const format = info.diskFormat === 'raw' ? 'raw' : staged.format;
    await writeStaged(disk, { ...staged, format }, process.signal);
    return staged.virtualBytes;
  } finally {
    await disk.unstage();
  }
}

async function checkPartitions({ host }: AgentProcess, device: string): Promise<string> {
  const table = await host.disk.partitions();
  if (!table) {
    throw agentError(
      'DeploymentError',
      'Unable to find a valid partition table on the disk after writing the image. The image may be corrupted or it ' +
        `uses a different sector size than the device. Error: unrecognised disk label on ${device}`,
    );
  }
  if (table.partitions > 0) return table.diskId;
  throw agentError('DeploymentError', `No partitions found on the device ${device} after writing the image.`);
}
