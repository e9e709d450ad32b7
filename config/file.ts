import { readFileSync } from 'node:fs';
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Node, type YAMLMap } from 'yaml';
import type { ConfigProblem } from './problem.js';

/** A key of the file as it stands there. */
export interface FileValue {
  readonly section: string;
  readonly key: string;
  readonly value: unknown;
  readonly line: number | undefined;
}

/** What a file says, whether it makes sense or not. */
export interface FileContent {
  readonly values: readonly FileValue[];
  /** All sections with the line of each, also empty ones. */
  readonly sections: ReadonlyMap<string, number | undefined>;
  readonly problems: readonly ConfigProblem[];
}

/** Reads `temper.yaml`. A file that cannot be read, or is no YAML of sections with keys, is told as problems. */
export function readConfigFile(file: string): FileContent {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return nothing([{ path: '', place: file, text: `cannot be read (${reason}); name an existing file` }]);
  }
  return parseConfig(text, file);
}

/** As {@link readConfigFile}, of a text. */
export function parseConfig(text: string, file: string): FileContent {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf = (node: Node | null | undefined) => (node?.range ? lines.linePos(node.range[0]).line : undefined);
  const place = (line: number | undefined) => (line === undefined ? file : `${file}:${line}`);
  const problems: ConfigProblem[] = document.errors.map((error) => ({
    path: '',
    place: place(lines.linePos(error.pos[0]).line),
    text: `is no YAML here: ${withoutQuote(error.message)}`,
  }));
  if (problems.length > 0) return nothing(problems);
  const root = document.contents;
  if (root === null) return nothing([]);
  if (!isMap(root)) return nothing([{ path: '', place: file, text: 'must hold sections such as "api:" with keys' }]);

  const values: FileValue[] = [];
  const sections = new Map<string, number | undefined>();
  for (const { name: section, keyNode, valueNode } of pairsOf(root)) {
    const line = lineOf(keyNode);
    sections.set(section, line);
    if (valueNode === null || (isScalar(valueNode) && valueNode.value === null)) continue;
    if (!isMap(valueNode)) {
      problems.push({ path: section, place: place(line), text: 'must hold keys, one a line and indented' });
      continue;
    }
    for (const { name: key, keyNode: at, valueNode: value } of pairsOf(valueNode)) {
      const line = lineOf(at);
      try {
        values.push({ section, key, value: value?.toJS(document) ?? undefined, line });
      } catch {
        // Its message would name what may be a password.
        const text = 'is an alias that leads nowhere; put a text that begins with "*" in quotes';
        problems.push({ path: `${section}.${key}`, place: place(line), text });
      }
    }
  }
  return { values, sections, problems };
}

/** The parser's sentence without what it quotes from the file, which may be a password. */
function withoutQuote(message: string): string {
  return message.replace(/:\s.*$/s, '').replace(/\.$/, '');
}

function nothing(problems: readonly ConfigProblem[]): FileContent {
  return { values: [], sections: new Map(), problems };
}

interface NamedPair {
  readonly name: string;
  readonly keyNode: Node | undefined;
  readonly valueNode: Node | null;
}

/** The pairs of a mapping whose nodes the parser made; a key that is no text is shown as one. */
function pairsOf(map: YAMLMap): readonly NamedPair[] {
  return map.items.map(({ key, value }) => ({
    name: isScalar(key) ? String(key.value) : String(key),
    keyNode: isScalar(key) ? key : undefined,
    valueNode: isNode(value) ? value : null,
  }));
}
