import { stripVTControlCharacters } from 'node:util';
import type { DemoNode } from './ironic-client.js';

/** One node's line: what it does, at which step, since when. */
export interface ViewLine {
  readonly name: string;
  readonly state: string;
  /** `write_image (3 of 6)`, or empty. */
  readonly step: string;
  readonly elapsedMs: number;
}

/** What the view writes to: process.stdout, or a test's collector. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Shows nodes at work: on a terminal as lines that change in place, elsewhere a line for every change. */
export class LiveView {
  readonly #screen: Screen;
  readonly #inPlace: boolean;
  readonly #said = new Map<string, string>();
  #drawn = 0;

  /** @param plain no terminal tricks, as for NO_COLOR */
  constructor(screen: Screen, plain: boolean) {
    this.#screen = screen;
    this.#inPlace = screen.isTTY === true && !plain;
  }

  show(lines: readonly ViewLine[]): void {
    if (this.#inPlace) this.#redraw(lines);
    else this.#tellChanges(lines);
  }

  #redraw(lines: readonly ViewLine[]): void {
    const up = this.#drawn > 0 ? `\u001B[${this.#drawn}A` : '';
    const width = this.#screen.columns ?? 80;
    this.#screen.write(up + lines.map((line) => `\u001B[2K${format(line).slice(0, width)}\n`).join(''));
    this.#drawn = lines.length;
  }

  #tellChanges(lines: readonly ViewLine[]): void {
    for (const line of lines) {
      const news = `${line.state} ${line.step}`;
      if (this.#said.get(line.name) === news) continue;
      this.#said.set(line.name, news);
      this.#screen.write(`${format(line)}\n`);
    }
  }
}

/** A failed node's reason may hold anything that its BMC or agent said: no control characters reach the terminal. */
function format({ name, state, step, elapsedMs }: ViewLine): string {
  const seconds = Math.floor(elapsedMs / 1000);
  const elapsed = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  const text = `${name.padEnd(8)} ${elapsed.padStart(6)}  ${state.padEnd(14)} ${step}`.trimEnd();
  return stripVTControlCharacters(text).replaceAll(/\p{Cc}+/gu, ' ');
}

/** The step that a node is at, and which of how many it is. */
export function stepOf(node: DemoNode): string {
  const { driver_internal_info: info } = node;
  const current = node.deploy_step?.step
    ? { name: node.deploy_step.step, index: info.deploy_step_index, all: info.deploy_steps }
    : { name: node.clean_step?.step, index: info.clean_step_index, all: info.clean_steps };
  if (!current.name) return '';
  const position =
    typeof current.index === 'number' && current.all ? ` (${current.index + 1} of ${current.all.length})` : '';
  return `${current.name}${position}`;
}
