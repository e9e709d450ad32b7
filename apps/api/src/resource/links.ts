import { z } from 'zod';

/** One entry of `links`. */
export interface Link {
  readonly href: string;
  readonly rel: string;
}

/** The two links of an object or a sub-resource: with the version and, as a bookmark, without (Ironic link.py). */
export function linksTo(base: string, path: string): readonly Link[] {
  return [
    { href: `${base}/v1/${path}`, rel: 'self' },
    { href: `${base}/${path}`, rel: 'bookmark' },
  ];
}

/** `links` in the API's document. */
export const linkList = () => z.array(z.object({ href: z.string(), rel: z.string() }));
