import { request } from 'node:http';
import { startFileServer } from '../support/file-server.js';
import type { Answer, Case, Json, Step, Variables } from './case.js';
import { absent, fill, firstVariables, pick, textOf } from './variables.js';

const versionHeader = 'X-OpenStack-Ironic-API-Version';
const untilMs = 60_000;

/** Sends every step of a case to the server at `base` and gives its answers; what the case made is removed again. */
export async function runCase(script: Case, caseNumber: number, base: string): Promise<readonly Answer[]> {
  const images = await startFileServer({ '/disk.raw': Buffer.alloc(2 ** 20) });
  let variables: Variables = { ...firstVariables(script, caseNumber, base), image: `${images.url}/disk.raw` };
  const answers: Answer[] = [];
  for (const step of script.steps) {
    const answer = await runStep(step, script, variables, base);
    ({ variables } = answer);
    answers.push(answer);
  }
  for (const step of script.cleanup ?? []) await runStep(step, script, variables, base);
  await images.stop();
  return answers;
}

async function runStep(step: Step, script: Case, variables: Variables, base: string): Promise<Answer> {
  const deadline = Date.now() + (step.timeout === undefined ? untilMs : step.timeout * 1000);
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 1.5, 500)) {
    const response = await send(step, script, variables, base);
    const document = parsed(response.raw);
    const reached = step.until === undefined || holds(step.until, response.status, document);
    if (reached || Date.now() > deadline) {
      const saved = { ...variables, ...savedBy(step, response.headers, document) };
      if (step.sleep !== undefined) await pause(step.sleep * 1000);
      return { ...response, variables: saved, base, ...(step.until === undefined ? {} : { reached }) };
    }
    await pause(pauseMs);
  }
}

function holds(until: Readonly<Record<string, Json>>, status: number, document: Json): boolean {
  if (status !== (until['status'] ?? 200)) return false;
  return Object.entries(until).every(([path, allowed]) => {
    if (path === 'status') return true;
    const found = JSON.stringify(pick(document, path));
    return Array.isArray(allowed) && allowed.some((value) => JSON.stringify(value) === found);
  });
}

function savedBy(step: Step, headers: Answer['headers'], document: Json): Variables {
  const entries = Object.entries(step.save ?? {}).map(([name, path]): [string, Json] => [
    name,
    path.startsWith('header:') ? (headers[path.slice('header:'.length).toLowerCase()] ?? absent) : pick(document, path),
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== absent));
}

/** JSON, or the text that is none. */
export function parsed(raw: string): Json {
  if (raw === '') return null;
  try {
    const value: Json = JSON.parse(raw);
    return value;
  } catch {
    return `<not JSON> ${raw.slice(0, 200)}`;
  }
}

function headersOf(step: Step, script: Case, variables: Variables, body: string | undefined): Record<string, string> {
  const version = step.v ?? script.v;
  const headers: Record<string, string> = {
    Accept: 'application/json',
    ...(version === undefined ? {} : { [versionHeader]: version }),
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
  };
  for (const [name, value] of Object.entries(step.headers ?? {})) {
    if (value === null) delete headers[name];
    else headers[name] = textOf(fill(value, variables));
  }
  return headers;
}

function bodyOf(step: Step, variables: Variables): string | undefined {
  if (step.raw !== undefined) return textOf(fill(step.raw, variables));
  return step.body === undefined ? undefined : JSON.stringify(fill(step.body, variables));
}

/** By node:http, since fetch mends paths such as `/%2e%2e` and refuses some headers. */
function send(
  step: Step,
  script: Case,
  variables: Variables,
  base: string,
): Promise<Pick<Answer, 'status' | 'headers' | 'raw'>> {
  const [method, path = ''] = step.do.split(/ (.*)/s);
  const body = bodyOf(step, variables);
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const call = request(
      {
        method,
        hostname,
        port,
        path: textOf(fill(path, variables)),
        headers: headersOf(step, script, variables, body),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
          const raw = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(headers), raw });
        });
      },
    );
    // Resolved first if the server refuses a large body before it has read it all; a later error then says nothing.
    call.on('error', reject);
    call.end(body);
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
