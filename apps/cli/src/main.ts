import process from 'node:process';
import { Command, CommanderError } from 'commander';
import { ConfigError } from '#config/problem.js';
import { homeDirOf, readConfig, type UpOptions } from './config.js';
import { checkConfigFile, configLines } from './config-command.js';
import { DEMO_FLEET, start } from './demo/start.js';
import { down } from './down.js';
import { runInForeground } from './foreground.js';
import { homeAt, type Home } from './home.js';
import { showLogs } from './logs/show-logs.js';
import { explain } from './problem.js';
import { purge } from './purge.js';
import { statusOf } from './status.js';

interface HomeOption {
  readonly home?: string;
}

const HOME = [
  '--home <dir>',
  'where all data are kept (default: ~/.local/share/temper, as root /var/lib/temper)',
] as const;

const CONFIG = [
  '--config <file>',
  'file with options (default: TEMPER_CONFIG, else temper.yaml in the home if it is there)',
] as const;

const program = new Command('temper')
  .description('Bare-metal provisioning with the Ironic API, run by Temporal workflows')
  .showHelpAfterError()
  .enablePositionalOptions()
  .exitOverride();

withUpOptions(program.command('up'))
  .description('run everything in the foreground: PostgreSQL, Temporal, API and worker')
  .option('--fleet <n>', 'also run that many simulated machines')
  .action(async (options: UpOptions) => runInForeground(readConfig(options)));

withUpOptions(program.command('start'))
  .description('the demo: `up` with simulated machines, which are enrolled, cleaned and deployed')
  .option('--fleet <n>', 'simulated machines', String(DEMO_FLEET))
  .option('--exit-when-done', 'stop when all nodes are active')
  .action(async (options: UpOptions & { exitWhenDone?: true }) => {
    // `npm start --exit-when-done` keeps the option to itself and tells it in the environment.
    const exitWhenDone = options.exitWhenDone ?? Boolean(process.env['npm_config_exit_when_done']);
    await start(readConfig(options), exitWhenDone);
  });

program
  .command('status')
  .description('show what runs; exit code 0 when all serves, 1 when something does not, 3 when nothing runs')
  .option(...HOME)
  .action((options: HomeOption) => {
    const { lines, exitCode } = statusOf(home(options));
    for (const line of lines) print(line);
    process.exitCode = exitCode;
  });

program
  .command('logs')
  .description('show the logs of all programs, or of one')
  .argument('[name]', 'postgres, temporal, api, worker or fleet')
  .option(...HOME)
  .option('-f, --follow', 'go on with what is written')
  .option('-n, --lines <n>', 'begin with so many lines of each', '50')
  .option('--json', 'lines as they are in the files')
  .action(async (name: string | undefined, options: HomeOption & { follow?: true; lines: string; json?: true }) => {
    const interrupted = new AbortController();
    process.once('SIGINT', () => interrupted.abort());
    const follow = options.follow ? interrupted.signal : undefined;
    const show = { name, lines: Number(options.lines) || 50, raw: options.json === true, follow };
    await showLogs(home(options).logsDir, show, print);
  });

program
  .command('down')
  .description('stop what runs in a home, also what a killed supervisor left behind')
  .option(...HOME)
  .action(async (options: HomeOption) => print(await down(home(options))));

program
  .command('purge')
  .description('remove all data of a home')
  .option(...HOME)
  .option('-y, --yes', 'do not ask')
  .action(async (options: HomeOption & { yes?: true }) => print(await purge(home(options), options.yes === true)));

const config = program.command('config').description('the configuration: file, environment and defaults');

config
  .command('show')
  .description('print what is in force and where each value comes from; secrets are masked')
  .option(...HOME)
  .option(...CONFIG)
  .option('--json', 'as JSON')
  .action((options: HomeOption & { config?: string; json?: true }) => {
    const where = { env: process.env, file: options.config, homeDir: homeDirOf(options.home) };
    for (const line of configLines(where, options.json === true)) print(line);
  });

config
  .command('check')
  .description('check a file and list everything that is wrong with it')
  .argument('<file>', 'such as temper.yaml')
  .action((file: string) => print(checkConfigFile(file)));

// Whoever read the output may be gone (`temper up | head`); that must not end the supervisor.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  await program.parseAsync();
  // An interrupted preparation may still hold the process; nothing of it matters any more.
  process.exit();
} catch (error) {
  // Commander has said what is wrong with the arguments, or shown the help that was asked for.
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  else process.stderr.write(`temper: ${explain(error)}\n`);
  process.exit(1);
}

function withUpOptions(command: Command): Command {
  return command
    .option(...HOME)
    .option(...CONFIG)
    .option('--port <port>', 'port of the API (default: 6385)')
    .option('--bind <address>', 'address on which the API listens (default: 127.0.0.1)')
    .option('--boot-port <port>', 'port of the boot listener (default: 8089, replaced when taken)')
    .option('--boot-bind <address>', 'address on which booting machines are served (default: 127.0.0.1)');
}

function home(options: HomeOption): Home {
  return homeAt(homeDirOf(options.home));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
