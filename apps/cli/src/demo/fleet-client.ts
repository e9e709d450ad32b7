import { z } from 'zod';

const machineSchema = z.object({
  name: z.string(),
  mac: z.string(),
  cpuArch: z.string(),
  cpus: z.number(),
  memoryMb: z.number(),
  diskBytes: z.number(),
  bmc: z.object({ address: z.string(), port: z.number(), username: z.string(), password: z.string() }),
});

const imageSchema = z.object({ kind: z.enum(['disk', 'kernel', 'ramdisk']), url: z.string(), sha256: z.string() });

/** A simulated machine, as its delivery note would describe a real one. */
export type Machine = z.infer<typeof machineSchema>;

export interface Image {
  readonly url: string;
  readonly sha256: string;
}

/** What the fleet serves to deploy with. */
export type Images = Readonly<Record<'disk' | 'kernel' | 'ramdisk', Image>>;

export async function fetchMachines(fleetUrl: string): Promise<readonly Machine[]> {
  return z.array(machineSchema).parse(await get(`${fleetUrl}/machines`));
}

export async function fetchImages(fleetUrl: string): Promise<Images> {
  const images = z.array(imageSchema).parse(await get(`${fleetUrl}/images`));
  const ofKind = (kind: 'disk' | 'kernel' | 'ramdisk'): Image => {
    const found = images.find((image) => image.kind === kind);
    if (!found) throw new Error(`The fleet serves no ${kind}.`);
    return found;
  };
  return { disk: ofKind('disk'), kernel: ofKind('kernel'), ramdisk: ofKind('ramdisk') };
}

async function get(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  return await response.json();
}
