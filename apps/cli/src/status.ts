import type { Home } from './home.js';
import { holderOf } from './lock.js';
import { isAlive } from './machine/process-identity.js';
import { readState, type ChildState } from './state.js';

/** What `temper status` says, and the exit code with which it says it. */
export interface StatusReport {
  readonly lines: readonly string[];
  /** 0: all serve; 1: something does not; 3: nothing runs (as `systemctl status`). */
  readonly exitCode: 0 | 1 | 3;
}

export function statusOf(home: Home): StatusReport {
  const { children, urls } = readState(home.stateFile);
  const rows = Object.entries(children).map(([name, child]) => describe(name, child));
  const supervisor = holderOf(home.lockFile);
  const alive = rows.filter(({ alive }) => alive);
  if (!supervisor && alive.length === 0) {
    return { lines: [`Nothing runs in home ${home.dir}.`], exitCode: 3 };
  }
  const table = formatTable([
    ['NAME', 'STATE', 'SINCE', 'RESTARTS', 'PROCESS', 'ADDRESS'],
    ...rows.map(({ cells }) => cells),
  ]);
  if (!supervisor) {
    return {
      lines: [
        ...table,
        '',
        `The supervisor is gone and left these behind: "temper down --home ${home.dir}" ends them.`,
      ],
      exitCode: 1,
    };
  }
  const footer = urls ? [`API ${urls.api}${urls.temporalUi ? `  Temporal UI ${urls.temporalUi}` : ''}`] : ['Starting.'];
  const allServe = urls !== undefined && rows.every(({ serves }) => serves);
  return { lines: [...table, '', ...footer], exitCode: allServe ? 0 : 1 };
}

function describe(name: string, child: ChildState) {
  const alive = child.process !== undefined && isAlive(child.process);
  const status = !alive && child.status === 'ready' ? 'gone' : child.status;
  return {
    alive,
    serves: alive && child.status === 'ready',
    cells: [
      name,
      status,
      child.since.slice(0, 19).replace('T', ' '),
      String(child.restarts),
      alive ? String(child.process?.pid) : '-',
      child.address ?? '-',
    ],
  };
}

/** Columns as wide as their widest cell, two spaces apart. */
export function formatTable(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
