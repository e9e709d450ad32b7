import { execFile } from 'node:child_process';
import { access, chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TestWorkflowEnvironment } from '@temporalio/testing';

const run = promisify(execFile);

/** Release of the Java test server; the SDK's own download of a native one is out of reach on many machines. */
const VERSION = '1.32.0';

const folder = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'temper',
  `temporal-test-server-${VERSION}`,
);

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>temper</groupId><artifactId>test-server</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${VERSION}</version></dependency>
  </dependencies>
</project>
`;

/**
 * A Temporal server in which hours pass in milliseconds.
 *
 * @returns the environment, or the sentence that says which package is missing
 */
export async function startTimeSkipping(): Promise<TestWorkflowEnvironment | string> {
  const path = await installedServer();
  if (path === null)
    return 'needs Java and Maven for the time-skipping server (Debian packages default-jre-headless, maven)';
  return TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } });
}

/** The script that runs the server, with its jars in the cache; null when Java or Maven is missing. */
async function installedServer(): Promise<string | null> {
  const script = join(folder, 'run.sh');
  if (await exists(script)) return script;
  if (!(await answers('java', '-version')) || !(await answers('mvn', '--version'))) return null;
  const draft = `${folder}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await writeFile(join(draft, 'pom.xml'), pom);
  await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], { cwd: draft });
  await writeFile(
    join(draft, 'run.sh'),
    `#!/bin/sh\nexec java -cp "${folder}/lib/*" io.temporal.testserver.TestServer "$1" --enable-time-skipping\n`,
  );
  await chmod(join(draft, 'run.sh'), 0o755);
  // Another test file may have been faster; its folder is as good.
  await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }));
  return script;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function answers(command: string, flag: string): Promise<boolean> {
  return run(command, [flag]).then(
    () => true,
    () => false,
  );
}
