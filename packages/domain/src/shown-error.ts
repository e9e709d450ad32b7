import { maskSecretText } from './secrets.js';

/** What a log may say of an error: its names and its text with secrets masked; where it came from, for bugs. */
export function shownError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { message: maskSecretText(String(error)) };
  return {
    name: error.name,
    ...('type' in error && typeof error.type === 'string' ? { type: error.type } : {}),
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    message: maskSecretText(withoutQuery(reasonOf(error))),
    ...(error.stack ? { stack: framesOf(error.stack) } : {}),
    ...(error.cause === undefined ? {} : { cause: shownError(error.cause) }),
  };
}

/** Prisma's message begins with the whole call, arguments included; what was wrong stands in its last line. */
function reasonOf({ name, message }: Error): string {
  return name.startsWith('PrismaClient') ? (message.trim().split('\n').at(-1) ?? '') : message;
}

/** A token travels in an agent's query, a signature in an image's. */
function withoutQuery(text: string): string {
  return text
    .replace(/(https?:\/\/)([^\s/@]*@)?([^\s?#"']*)[?#][^\s"']*/g, '$1$3?…')
    .replace(/(:\/\/)[^\s/@]*@/g, '$1');
}

function framesOf(stack: string): string[] {
  return stack
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .map((line) => line.trim());
}
