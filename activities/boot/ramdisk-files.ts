import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ImageUnreachable, NodeInvalid } from '#domain/errors.js';
import { shown } from '#domain/python-text.js';
import { probe, shownUrl } from '../http-probe.js';
import { textOf } from '../json.js';
import type { NodeContext } from '../node-context.js';
import { fileKind, headBytes, type FileKind } from './file-kind.js';

/** Kernel and ramdisk of the node, as driver_info names them. */
export interface KernelAndRamdisk {
  readonly kernel: string;
  readonly ramdisk: string;
}

/** The fields that name them: a rescue has files of its own (Ironic pxe_utils.parse_driver_info). */
function fieldsOf({ type }: NodeContext): readonly [string, string] {
  return type === 'rescue' ? ['rescue_kernel', 'rescue_ramdisk'] : ['deploy_kernel', 'deploy_ramdisk'];
}

/** @throws NodeInvalid in Ironic's words, naming what is missing */
export function namedFiles(node: NodeContext): KernelAndRamdisk {
  const [kernelField, ramdiskField] = fieldsOf(node);
  const kernel = textOf(node.driverInfo, kernelField);
  const ramdisk = textOf(node.driverInfo, ramdiskField);
  if (kernel !== undefined && ramdisk !== undefined) return { kernel, ramdisk };
  const missing = [kernel ?? kernelField, ramdisk ?? ramdiskField].filter(
    (name) => (name === kernelField && kernel === undefined) || (name === ramdiskField && ramdisk === undefined),
  );
  throw new NodeInvalid(
    "Cannot validate PXE bootloader. Some parameters were missing in node's driver_info and configuration. " +
      `Missing are: ${shown(missing)}`,
    { hint: `set ${missing.map((name) => `driver_info/${name}`).join(' and ')} of node ${node.uuid}` },
  );
}

/**
 * Reads the first bytes of kernel and ramdisk and refuses what cannot boot, above all the two swapped: a machine says
 * only "exec format error" then, and nobody else sees it.
 */
export async function checkFiles(node: NodeContext, signal: AbortSignal): Promise<void> {
  const { kernel, ramdisk } = namedFiles(node);
  const [kernelField, ramdiskField] = fieldsOf(node);
  const [kernelKind, ramdiskKind] = await Promise.all([
    kindOf(node, kernelField, kernel, signal),
    kindOf(node, ramdiskField, ramdisk, signal),
  ]);
  if (kernelKind === 'ramdisk' && ramdiskKind === 'kernel') {
    throw new NodeInvalid(`Node ${node.uuid}: ${kernelField} is a ramdisk and ${ramdiskField} is a kernel`, {
      hint: `swap driver_info/${kernelField} and driver_info/${ramdiskField}`,
    });
  }
  refuse(node, kernelField, kernel, kernelKind, 'ramdisk');
  refuse(node, ramdiskField, ramdisk, ramdiskKind, 'kernel');
}

function refuse(node: NodeContext, field: string, url: string, kind: FileKind, wrong: FileKind): void {
  if (kind !== wrong && kind !== 'page' && kind !== 'empty') return;
  const what = { ramdisk: 'a ramdisk', kernel: 'a kernel', page: 'a web page', empty: 'empty', unknown: '' }[kind];
  throw new NodeInvalid(`Node ${node.uuid}: ${field} (${shownUrl(url)}) is ${what}`, {
    hint: `correct driver_info/${field}`,
  });
}

async function kindOf(node: NodeContext, field: string, url: string, signal: AbortSignal): Promise<FileKind> {
  const named = { what: `${field} of node ${node.uuid}`, field: `driver_info/${field}`, url };
  const scheme = URL.canParse(url) ? new URL(url).protocol : '';
  if (scheme === 'http:' || scheme === 'https:') return fileKind(await firstBytesByHttp(named, signal));
  if (scheme === 'file:') return fileKind(await firstBytesOfFile(named));
  throw new NodeInvalid(`Node ${node.uuid}: ${field} is neither an http(s) nor a file URL`, {
    hint: `serve the file by HTTP and name it in driver_info/${field}`,
  });
}

type Named = Parameters<typeof probe>[0];

async function firstBytesByHttp(named: Named, signal: AbortSignal): Promise<Buffer> {
  // Servers that do not know ranges answer 200 with everything: reading stops after the first bytes all the same.
  const response = await probe(named, { method: 'GET', headers: { range: `bytes=0-${headBytes - 1}` } }, signal);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  try {
    while (reader && size < headBytes) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      size += value.byteLength;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new ImageUnreachable(`${named.what}: ${shownUrl(named.url)} broke off`, { cause: error });
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
  return Buffer.concat(chunks).subarray(0, headBytes);
}

async function firstBytesOfFile({ what, field, url }: Named): Promise<Buffer> {
  try {
    const file = await open(fileURLToPath(url), 'r');
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(headBytes), position: 0 });
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new NodeInvalid(`${what}: ${shownUrl(url)} cannot be read on this worker`, {
      hint: `put the file there or correct ${field}`,
      cause: error,
    });
  }
}
