/** Options that a command knows: long name to short letter and whether a value follows. */
export type OptionTable = Readonly<Record<string, { readonly short: string; readonly value: boolean }>>;

/** Options found before the first plain argument, by long name (`''` for flags), and the arguments. */
export interface ParsedOptions {
  readonly options: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
}

/** Reads the options of a command as iPXE's getopt does: they end at the first plain argument. A string is an error. */
export function parseOptions(tokens: readonly string[], table: OptionTable): ParsedOptions | string {
  const options = new Map<string, string>();
  let index = 0;
  for (; index < tokens.length; index++) {
    const token = tokens[index] ?? '';
    if (!/^-./.test(token)) break;
    const [head = '', inline] = token.split(/=(.*)/s);
    const name = head.startsWith('--') ? head.slice(2) : nameOf(head.slice(1), table);
    const option = name === undefined ? undefined : table[name];
    if (name === undefined || option === undefined) return `unrecognised option "${token}"`;
    if (option.value && inline === undefined) index++;
    const value = option.value ? (inline ?? tokens[index]) : '';
    if (value === undefined) return `option "${token}" requires an argument`;
    options.set(name, value);
  }
  return { options, rest: tokens.slice(index) };
}

function nameOf(letter: string, table: OptionTable): string | undefined {
  return Object.entries(table).find(([, option]) => option.short === letter)?.[0];
}
