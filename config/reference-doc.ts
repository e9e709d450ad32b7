import { code } from '#domain/markdown.js';
import { isSchema, kindOf } from './environment.js';
import { configSchema, defaultOf, options, type Option } from './schema.js';
import { valueText } from './value-text.js';

/** Renders docs/configuration.md from the sections, so that the page cannot differ from the code. */
export function renderConfigurationDoc(): string {
  return [
    '# Configuration',
    '',
    'Generated from `config/sections` (`npx vitest run config -u`); do not edit.',
    '',
    'Nothing has to be set: `temper up` runs without any file.',
    '',
    'Options are read from the YAML file that `--config` or `TEMPER_CONFIG` names, else from `temper.yaml` in the home',
    'if it is there. Environment variables win over the file, options of the command over both; an empty variable',
    'counts as not set. Each option has the variable `TEMPER_<SECTION>_<KEY>`, and some have another one; lists are',
    'written with commas. Unknown keys and wrong values are refused at the start, all at once.',
    '',
    '`temper config show` prints what is in force and where it comes from, without secrets; `temper config check FILE`',
    'checks a file. [temper.example.yaml](temper.example.yaml) is a file to begin with.',
    '',
    ...Object.entries(configSchema.shape).flatMap(([name, section]) => [
      `## ${name}`,
      '',
      section.description ?? '',
      '',
      ...options.filter((option) => option.section === name).flatMap(entryOf),
    ]),
  ].join('\n');
}

function entryOf(option: Option): readonly string[] {
  const { info } = option;
  const facts = [
    `${typeText(option)}, default ${defaultText(option)}`,
    ...(info.secret ? ['never shown'] : []),
    ...(option.env.length > 1 ? [`also ${option.env.slice(1).map(code).join(', ')}`] : []),
    ...(info.ironic === undefined ? [] : [`Ironic: ${code(info.ironic)}`]),
  ];
  return [`### ${option.path}`, '', info.meaning, '', `${facts.join('; ')}.`, ''];
}

const typeTexts: Readonly<Record<string, string>> = {
  boolean: 'True or false',
  number: 'Number',
  string: 'Text',
  array: 'List',
  union: 'Number or text',
  record: 'Keys with values',
};

function typeText({ schema, info }: Option): string {
  const kind = kindOf(schema);
  const unit = info.unit === undefined ? '' : ` (${info.unit})`;
  if (kind !== 'enum') return `${typeTexts[kind] ?? kind}${unit}`;
  return `One of ${choicesOf(schema).map(code).join(', ')}`;
}

function choicesOf(schema: Option['schema']): readonly string[] {
  const def: unknown = schema._zod.def;
  if (typeof def !== 'object' || def === null) return [];
  if ('entries' in def && typeof def.entries === 'object' && def.entries !== null) return Object.keys(def.entries);
  return 'innerType' in def && isSchema(def.innerType) ? choicesOf(def.innerType) : [];
}

function defaultText(option: Option): string {
  if (option.info.presetText !== undefined) return option.info.presetText;
  const preset = defaultOf(option);
  if (preset === undefined) return 'none';
  if (preset === '') return 'empty';
  return code(Array.isArray(preset) ? `[${valueText(preset)}]` : valueText(preset));
}
