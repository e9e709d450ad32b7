import { loadConfig, type LoadOptions } from '#config/load.js';
import { shownOptions, type ShownOption } from '#config/masked.js';
import { valueText } from '#config/value-text.js';

/** `temper config show`: what is in force and where each value comes from, without secrets. */
export function configLines(where: LoadOptions, asJson: boolean): readonly string[] {
  const loaded = loadConfig(where);
  const shown = shownOptions(loaded);
  if (asJson) {
    const options = Object.fromEntries(shown.map(({ path, ...rest }) => [path, rest]));
    return [JSON.stringify({ file: loaded.file ?? null, options }, null, 2)];
  }
  const cells = shown.map(
    (option) => [option.path, option.value === null ? '-' : valueText(option.value), originText(option)] as const,
  );
  const widths = [0, 1].map((column) => Math.min(60, Math.max(...cells.map((row) => row[column]?.length ?? 0))));
  return [
    loaded.file === undefined ? '# no file' : `# ${loaded.file}`,
    ...cells.map(
      ([path, value, origin]) => `${path.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${origin}`,
    ),
  ];
}

/** `temper config check FILE`: the file alone, without the environment. @throws ConfigError with all its problems */
export function checkConfigFile(file: string): string {
  loadConfig({ env: {}, file });
  return `${file} is in order.`;
}

function originText({ origin, place }: ShownOption): string {
  return place ?? origin;
}
