import process from 'node:process';
import { Command } from 'commander';
import { readConfig, type UpOptions } from './config.js';
import { runInForeground } from './foreground.js';
import { messageOf, Problem } from './problem.js';

const program = new Command('temper').description(
  'Bare-metal provisioning with the Ironic API, run by Temporal workflows',
);

function withUpOptions(command: Command): Command {
  return command
    .option('--home <dir>', 'where all data are kept (default: ~/.local/share/temper, as root /var/lib/temper)')
    .option('--port <port>', 'port of the API (default: 6385)')
    .option('--bind <address>', 'address on which the API listens (default: 127.0.0.1)')
    .option('--boot-port <port>', 'port of the boot listener (default: 8089, replaced when taken)')
    .option('--boot-bind <address>', 'address on which booting machines are served (default: 127.0.0.1)');
}

withUpOptions(program.command('up'))
  .description('run everything in the foreground: PostgreSQL, Temporal, API and worker')
  .option('--fleet <n>', 'also run that many simulated machines')
  .action(async (options: UpOptions) => runInForeground(readConfig(options)));

try {
  await program.parseAsync();
  // An interrupted preparation may still hold the process; nothing of it matters any more.
  process.exit();
} catch (error) {
  const text =
    error instanceof Problem || (error instanceof Error && error.name === 'MigrationError')
      ? messageOf(error)
      : stackOf(error);
  process.stderr.write(`temper: ${text}\n`);
  process.exit(1);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
