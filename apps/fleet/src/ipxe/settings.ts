/** How a setting's value was stored, which decides how `${name}` prints it without an explicit type. */
type Value = { readonly type: 'string' | 'mac' | 'integer'; readonly text: string };

const INTEGER = /^u?int(8|16|32)$/;
const HEX_SEPARATORS: Readonly<Record<string, string>> = { hex: ':', hexhyp: '-', hexraw: '' };
/** Guards against a value that expands to itself; far above any real script. */
const MAX_EXPANSIONS = 1000;

/**
 * iPXE's settings: named values, some given by the machine (`net0/mac`, `uuid`, `platform`), others by the script.
 * An unscoped name is looked up among the script's own, then on the booting NIC, `net0`; `netX` is that NIC too.
 */
export class IpxeSettings {
  readonly #values = new Map<string, Value>();

  /** @param machine initial settings; names that end in `/mac` hold a MAC address with colons */
  constructor(machine: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(machine)) {
      this.#values.set(name, { type: name.endsWith('/mac') ? 'mac' : 'string', text });
    }
  }

  /** The command `set name[:type] value`. */
  set(reference: string, text: string): void {
    const { name, type } = parseReference(reference);
    this.#values.set(canonical(name), { type: INTEGER.test(type ?? '') ? 'integer' : 'string', text });
  }

  /** The command `clear name`. */
  clear(reference: string): void {
    this.#values.delete(canonical(parseReference(reference).name));
  }

  /** The command `inc name [by]`: a value that is missing or no number counts as 0. */
  increment(reference: string, by: number): void {
    const { name } = parseReference(reference);
    const current = Number(this.#find(name)?.text ?? 0);
    this.#values.set(canonical(name), {
      type: 'integer',
      text: String((Number.isInteger(current) ? current : 0) + by),
    });
  }

  /** Formats `name[:type]`; undefined if it is not set. */
  format(reference: string): string | undefined {
    const { name, type } = parseReference(reference);
    const value = this.#find(name);
    return value && formatAs(value, type);
  }

  /** Replaces every `${name}` of a token, innermost first, unset ones by nothing (iPXE `expand_settings`). */
  expand(token: string): string {
    let text = token;
    for (let count = 0; count < MAX_EXPANSIONS; count++) {
      const end = endOfFirst(text);
      if (end < 0) return text;
      const start = text.lastIndexOf('${', end);
      text = text.slice(0, start) + (this.format(text.slice(start + 2, end)) ?? '') + text.slice(end + 1);
    }
    return text;
  }

  #find(name: string): Value | undefined {
    const key = canonical(name);
    return this.#values.get(key) ?? (key.includes('/') ? undefined : this.#values.get(`net0/${key}`));
  }
}

function endOfFirst(text: string): number {
  const start = text.indexOf('${');
  return start < 0 ? -1 : text.indexOf('}', start);
}

function parseReference(reference: string): { name: string; type: string | undefined } {
  const colon = reference.indexOf(':');
  return colon < 0
    ? { name: reference, type: undefined }
    : { name: reference.slice(0, colon), type: reference.slice(colon + 1) };
}

function canonical(name: string): string {
  return name.replace(/^netX\//, 'net0/');
}

function formatAs({ type: stored, text }: Value, type: string | undefined): string {
  const separator = HEX_SEPARATORS[type ?? ''];
  if (separator !== undefined) return hexOf(stored, text).join(separator);
  return type === 'uristring' ? encodeURIComponent(text) : text;
}

function hexOf(stored: Value['type'], text: string): string[] {
  if (stored === 'mac') return text.split(':');
  return [...Buffer.from(text)].map((byte) => byte.toString(16).padStart(2, '0'));
}
