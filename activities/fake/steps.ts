import type { Transaction } from '#database/client.js';
import { stepId } from '#domain/steps.js';
import { isJsonObject, jsonObject, textOf } from '../json.js';

/** What a fake step does, beside taking its time. */
export interface FakeStep {
  /** Safe to repeat. */
  readonly run: (tx: Transaction, nodeId: number, args: unknown) => Promise<void>;
  /** Goes on until the next heartbeat. */
  readonly waits: boolean;
}

const nothing: FakeStep = { run: async () => {}, waits: false };

const steps: Readonly<Record<string, FakeStep>> = {
  'bios.apply_configuration': { run: applySettings, waits: false },
  'bios.factory_reset': { run: (tx, nodeId) => forgetSettings(tx, nodeId, []), waits: false },
  'vendor.trigger_servicewait': { ...nothing, waits: true },
};

/** The step of that interface and name; all that are not listed only take their time. */
export function fakeStep(step: { readonly interface: string; readonly step: string }): FakeStep {
  return steps[stepId(step)] ?? nothing;
}

/** The node's BIOS settings become those given; what does not change keeps its times. */
async function applySettings(tx: Transaction, nodeId: number, args: unknown): Promise<void> {
  const { settings } = jsonObject(args);
  const given = (Array.isArray(settings) ? settings : []).flatMap((item: unknown) => {
    const setting = isJsonObject(item) ? item : {};
    const name = textOf(setting, 'name');
    return name === undefined ? [] : [{ name, value: textOf(setting, 'value') ?? null }];
  });
  await forgetSettings(
    tx,
    nodeId,
    given.map(({ name }) => name),
  );
  for (const { name, value } of given) {
    const known = await tx.biosSetting.findUnique({ where: { nodeId_name: { nodeId, name } } });
    if (!known) await tx.biosSetting.create({ data: { nodeId, name, value, allowableValues: [] } });
    else if (known.value !== value) {
      await tx.biosSetting.update({
        where: { nodeId_name: { nodeId, name } },
        data: { value, updatedAt: new Date() },
      });
    }
  }
}

async function forgetSettings(tx: Transaction, nodeId: number, except: readonly string[]): Promise<void> {
  await tx.biosSetting.deleteMany({ where: { nodeId, name: { notIn: [...except] } } });
}
