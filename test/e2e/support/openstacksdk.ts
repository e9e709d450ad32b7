import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { PythonPeer } from './python-peer.js';

/** What the SDK made of the answers to one of its calls. */
const answerSchema = z.object({ call: z.string(), answer: z.unknown() });
/** How recordings are kept. */
export const sdkRecordingSchema = z.array(answerSchema);

const walkSchema = z.object({
  answers: sdkRecordingSchema,
  /** Methods of the proxy that were not called. */
  left_out: z.array(z.string()),
});

/** Everything that openstacksdk's bare metal proxy can do, done once against a server without authentication. */
export async function walkOpenstackSdk(peer: PythonPeer, url: string): Promise<z.infer<typeof walkSchema>> {
  const walk = fileURLToPath(new URL('openstacksdk-walk.py', import.meta.url));
  const { stdout } = await promisify(execFile)(peer.python, [walk], {
    env: peer.environment({ OS_ENDPOINT: url }),
    maxBuffer: 16 << 20,
  });
  return walkSchema.parse(JSON.parse(stdout));
}

/** Where Ironic fails inside (5xx), every error will do. */
export function withoutInnerFailures(
  recorded: z.infer<typeof sdkRecordingSchema>,
  answers: z.infer<typeof sdkRecordingSchema>,
): readonly unknown[] {
  const failure = z.object({ error: z.string(), status: z.number().min(500) });
  const refusal = z.object({ error: z.string() });
  return answers.map((answer, index) => {
    const expected = recorded[index];
    const forgiven = failure.safeParse(expected?.answer).success && refusal.safeParse(answer.answer).success;
    return forgiven ? expected : answer;
  });
}
