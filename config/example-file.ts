import { configSchema, defaultOf, options, type Option } from './schema.js';
import { valueText } from './value-text.js';

/** Renders docs/temper.example.yaml: every option with its meaning and default; those without a default as comments. */
export function renderExampleFile(): string {
  return [
    '# All options of Temper with their defaults. Keep what you change, and leave out the rest: configuration.md.',
    '# Generated from config/sections; do not edit.',
    ...Object.entries(configSchema.shape).flatMap(([name, section]) => [
      '',
      ...commented(section.description ?? ''),
      `${name}:`,
      ...options.filter((option) => option.section === name).flatMap((option) => entryOf(option)),
    ]),
    '',
  ].join('\n');
}

function entryOf(option: Option): readonly string[] {
  const { key, info } = option;
  const preset = defaultOf(option);
  const comments = commented(`${info.meaning}${info.unit === undefined ? '' : ` (${info.unit})`}`);
  const line = preset === undefined ? `# ${key}:` : `${key}: ${yamlOf(preset)}`;
  return [...comments, line].map((text) => `  ${text}`);
}

function yamlOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(yamlOf).join(', ')}]`;
  if (typeof value !== 'string') return valueText(value);
  return /^[a-z][\w.-]*$/i.test(value) && !/^(true|false|yes|no|on|off|null)$/i.test(value) ? value : `'${value}'`;
}

/** Lines of at most 100 letters, as comments. */
function commented(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length > 100) lines.push(`# ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
