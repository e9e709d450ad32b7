/** A value as Python's repr() shows it, which is how Ironic's texts show values. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(([key, item]) => `${shown(key)}: ${shown(item)}`);
    return `{${entries.join(', ')}}`;
  }
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : typeof value;
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** In double quotes exactly when the text has single ones and no double ones. */
function quoted(text: string): string {
  const escaped = text.replace(/[\\\n\r\t]/g, (character) => escapes[character] ?? character);
  return text.includes("'") && !text.includes('"') ? `"${escaped}"` : `'${escaped.replaceAll("'", "\\'")}'`;
}

/** The same as str() gives it: without quotes around a string. */
export function plainly(value: unknown): string {
  return typeof value === 'string' ? value : shown(value);
}
