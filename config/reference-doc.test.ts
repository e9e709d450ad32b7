import { expect, test } from 'vitest';
import { renderExampleFile } from './example-file.js';
import { loadConfig } from './load.js';
import { renderConfigurationDoc } from './reference-doc.js';
import { options } from './schema.js';

// After a change of sections: npx vitest run config -u

test('docs/configuration.md is what the sections say', async () => {
  await expect(renderConfigurationDoc()).toMatchFileSnapshot('../docs/configuration.md');
});

test('docs/temper.example.yaml is what the sections say', async () => {
  await expect(renderExampleFile()).toMatchFileSnapshot('../docs/temper.example.yaml');
});

test('the example is a file that is in order and changes nothing', () => {
  const file = new URL('../docs/temper.example.yaml', import.meta.url).pathname;
  const loaded = loadConfig({ env: {}, file });
  expect(loaded.config).toEqual(loadConfig({ env: {} }).config);
  const said = [...loaded.origins.values()].filter(({ kind }) => kind === 'file');
  expect(said.length).toBeGreaterThan(options.length / 2);
});
