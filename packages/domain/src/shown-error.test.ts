import { expect, test } from 'vitest';
import { shownError } from './shown-error.js';

test('errors show where they come from and no secret', () => {
  const cause = new Error('GET https://10.0.0.7:9999/v1/commands/?agent_token=geheim failed');
  const shown = JSON.stringify(shownError(new Error('connect postgresql://temper:geheim@db/x', { cause })));
  expect(shown).toContain('https://10.0.0.7:9999/v1/commands/');
  expect(shown).toContain('shown-error.test.ts');
  expect(shown).not.toContain('geheim');
});

test('an error of Prisma shows what was wrong and not what was to be written', () => {
  const error = new Error(
    'Invalid `create()` invocation:\n\n{ data: { serial: "geheim" } }\n\nArgument `uuid` is missing.',
  );
  error.name = 'PrismaClientValidationError';
  expect(shownError(error)).toMatchObject({ message: 'Argument `uuid` is missing.' });
  expect(JSON.stringify(shownError(error))).not.toContain('geheim');
});
