import { COMMANDS } from './commands.js';
import type { IpxeImage } from './image.js';
import { parseScript, type ScriptLine } from './script.js';
import { IpxeSettings } from './settings.js';
import { IpxeEnd, type IpxeHost, type IpxeOutcome, type IpxeState, type RunningScript } from './state.js';

/** Scripts may chain to scripts; iPXE ends by lack of memory, this one after so many levels. */
const MAX_DEPTH = 64;
/** Guards against a script that loops without ever waiting. */
const MAX_LINES = 100_000;

/**
 * Fetches `url` and executes it as iPXE does: the text alone decides what is fetched and booted. Unknown commands and
 * failures end a script unless the line handles them with `||` (ipxe.org/scripting).
 */
export async function runIpxe(url: string, host: IpxeHost): Promise<IpxeOutcome> {
  let depth = 0;
  let lineCount = 0;
  const outside: RunningScript = { url, lines: [], position: 0, jumped: false, exited: false };
  const state: IpxeState = {
    host,
    settings: new IpxeSettings(host.settings),
    images: [],
    selected: undefined,
    script: outside,
    run,
  };

  async function run(image: IpxeImage): Promise<string | undefined> {
    if (image.script === undefined) return `${image.name}: Exec format error`;
    if (depth >= MAX_DEPTH) return `${image.name}: scripts nested too deeply`;
    const caller = state.script;
    const lines = parseScript(image.script);
    const script: RunningScript = { url: image.url, lines, position: 0, jumped: false, exited: false };
    depth++;
    state.script = script;
    try {
      return await runLines(script);
    } finally {
      state.script = caller;
      depth--;
    }
  }

  async function runLines(script: RunningScript): Promise<string | undefined> {
    let failure: string | undefined;
    while (script.position < script.lines.length) {
      if (++lineCount > MAX_LINES) throw new IpxeEnd({ kind: 'waits', reason: `${script.url} loops without end` });
      const line = script.lines[script.position++];
      failure = line && (await runLine(script, line));
      if (script.exited || failure !== undefined) return failure;
    }
    return failure;
  }

  async function runLine(script: RunningScript, line: ScriptLine): Promise<string | undefined> {
    let failure: string | undefined;
    let process = true;
    script.jumped = false;
    for (const { when, tokens } of line.commands) {
      if (when !== 'always') process = (failure === undefined) === (when === 'success');
      else process = true;
      if (process) failure = await runCommand(tokens);
      if (script.jumped || script.exited) break;
    }
    return failure;
  }

  async function runCommand(tokens: readonly string[]): Promise<string | undefined> {
    const [name, ...args] = tokens.map((token) => state.settings.expand(token));
    if (name === undefined) return undefined;
    const command = COMMANDS.get(name);
    const failure = command ? await command(state, args) : 'command not found';
    if (failure !== undefined && command === undefined) host.print(`${name}: ${failure}`);
    return failure === undefined ? undefined : `${name}: ${failure}`;
  }

  const first = await host.fetch(url, url.slice(url.lastIndexOf('/') + 1), '');
  if (typeof first === 'string') return { kind: 'exit', reason: first };
  try {
    return { kind: 'exit', reason: await run(first) };
  } catch (error) {
    if (error instanceof IpxeEnd) return error.outcome;
    throw error;
  }
}
