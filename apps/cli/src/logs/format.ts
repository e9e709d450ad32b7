const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};

/** Fields that pino writes on every line and that the short form shows in another way, or not at all. */
const SHOWN = new Set(['level', 'time', 'pid', 'hostname', 'name', 'process', 'msg']);

/**
 * A pino line in the short form for people: `12:00:01.000 INFO api: listening {"port":6385}`. Other text stays as it is.
 *
 * @param program whose log it is
 */
export function formatLogLine(program: string, line: string): string {
  const entry = parse(line);
  if (!entry) return `${program}: ${line}`;
  const { level, time, msg } = entry;
  const rest = Object.fromEntries(Object.entries(entry).filter(([key]) => !SHOWN.has(key)));
  return [
    clock(time),
    LEVELS[Number(level)] ?? String(level),
    `${program}:`,
    typeof msg === 'string' ? msg : '',
    Object.keys(rest).length > 0 ? JSON.stringify(rest) : '',
  ]
    .filter(Boolean)
    .join(' ');
}

function clock(time: unknown): string {
  const date = new Date(typeof time === 'number' || typeof time === 'string' ? time : Number.NaN);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(11, 23);
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) && 'level' in value ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
