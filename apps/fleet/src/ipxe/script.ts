/** A line of an iPXE script: an optional label and the command after it, tokens not yet expanded. */
export interface ScriptLine {
  readonly label: string | undefined;
  readonly commands: readonly ScriptCommand[];
}

/** One command of a line; `when` says after which outcome of the command before it runs. */
export interface ScriptCommand {
  readonly when: 'always' | 'success' | 'failure';
  readonly tokens: readonly string[];
}

const MAGIC = /^#![ig]pxe\s/;
const TERMINATORS: Readonly<Record<string, ScriptCommand['when']>> = {
  '||': 'failure',
  '&&': 'success',
  ';': 'always',
};

/** Does this text start as iPXE wants a script to start? */
export function isScript(text: string): boolean {
  return MAGIC.test(text);
}

/**
 * Splits a script as iPXE does (its `script.c` and `exec.c`): lines with backslash continuation, an optional
 * `:label`, tokens by white space (iPXE has no quoting), a comment from a token that starts with `#`.
 */
export function parseScript(text: string): ScriptLine[] {
  const joined = text.replaceAll('\r\n', '\n').replaceAll('\\\n', '');
  return joined.split('\n').map((line) => {
    const match = /^\s*:(\S*)(.*)$/.exec(line);
    return { label: match?.[1], commands: parseCommands(match?.[2] ?? line) };
  });
}

function parseCommands(line: string): ScriptCommand[] {
  const commands: ScriptCommand[] = [];
  let when: ScriptCommand['when'] = 'always';
  let tokens: string[] = [];
  for (const token of line.split(/\s+/).filter(Boolean)) {
    if (token.startsWith('#')) break;
    const next = TERMINATORS[token];
    if (next === undefined) {
      tokens.push(token);
    } else {
      commands.push({ when, tokens });
      when = next;
      tokens = [];
    }
  }
  return [...commands, { when, tokens }];
}
