import { gunzipSync } from 'node:zlib';
import { request } from 'undici';
import { isUrl } from './image-info.js';
import { AgentError, agentError } from './rest-error.js';

const MAX_BYTES = 64 * 1_048_576;
const BASE64 = /^[A-Za-z0-9+/=\s]+$/;

/**
 * Takes a config drive in the forms that the agent takes: the URL of one, or base64 of a gzipped volume; a downloaded
 * one may also be the plain volume. @returns the volume
 * @throws {AgentError} DeploymentError
 */
export async function unpackConfigDrive(source: string, node: string, signal: AbortSignal): Promise<Buffer> {
  const data = isUrl(source) ? await fetchConfigDrive(source, node, signal) : Buffer.from(source);
  const packed = BASE64.test(data.toString('latin1', 0, 4096)) ? Buffer.from(data.toString('latin1'), 'base64') : data;
  const volume = isUrl(source) && packed === data ? data : unzip(packed, node);
  if (volume.length <= MAX_BYTES) return volume;
  const size = Math.ceil(volume.length / 1_048_576);
  throw agentError(
    'DeploymentError',
    `Config drive size exceeds maximum limit of 64MiB. Size of the given config drive is ${size} MiB for node ${node}.`,
  );
}

function unzip(packed: Buffer, node: string): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: MAX_BYTES + 1_048_576 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw agentError(
      'DeploymentError',
      `Config drive for node ${node} is not base64 encoded or the content is malformed. ${reason}.`,
    );
  }
}

async function fetchConfigDrive(url: string, node: string, signal: AbortSignal): Promise<Buffer> {
  const failed = `Can't download the configdrive content for node ${node} from '${url}'.`;
  try {
    const response = await request(url, { signal });
    const body = Buffer.from(await response.body.arrayBuffer());
    if (response.statusCode < 400) return body;
    const text = body.toString('utf8');
    throw agentError('DeploymentError', `${failed} Got status code ${response.statusCode}, response body ${text}`);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AgentError) throw error;
    throw agentError('DeploymentError', `${failed} Reason: ${error instanceof Error ? error.message : String(error)}`);
  }
}
