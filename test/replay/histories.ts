import { fileURLToPath } from 'node:url';

/** The recorded histories, `<workflow>-<case>.json`. */
export const folder = fileURLToPath(new URL('histories', import.meta.url));
