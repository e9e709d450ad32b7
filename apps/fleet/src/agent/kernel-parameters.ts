/** Parameters of a kernel command line, the last of a name wins; a word without `=` has the value ''. */
export class KernelParameters {
  readonly commandLine: string;
  readonly #values = new Map<string, string>();

  constructor(commandLine: string) {
    this.commandLine = commandLine;
    for (const word of commandLine.split(/\s+/).filter(Boolean)) {
      const [name = '', value = ''] = word.split(/=(.*)/s);
      this.#values.set(name, value);
    }
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** A whole or decimal number, or the agent's default. */
  number(name: string, fallback: number): number {
    const value = this.#values.get(name);
    return value !== undefined && /^\d+(\.\d+)?$/.test(value) ? Number(value) : fallback;
  }

  /** The spellings of "yes" that the agent takes. */
  flag(name: string): boolean {
    return ['1', 'true', 'yes', 'on', 'y', 't'].includes((this.#values.get(name) ?? '').toLowerCase());
  }

  /** Is this a deploy ramdisk's command line, and not the kernel of an instance that boots over the network? */
  get wantsAgent(): boolean {
    return [...this.#values.keys()].some((name) => name.startsWith('ipa-'));
  }
}
