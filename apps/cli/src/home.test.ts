import { chmodSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { defaultCacheDir } from './home.js';

it("root's cache is where XDG_CACHE_HOME says, unless other accounts cannot reach it", () => {
  const cache = mkdtempSync(path.join(tmpdir(), 'temper-cache-'));
  try {
    chmodSync(cache, 0o755);
    expect(defaultCacheDir({ XDG_CACHE_HOME: cache }, true)).toBe(path.join(cache, 'temper'));
    chmodSync(cache, 0o700);
    expect(defaultCacheDir({ XDG_CACHE_HOME: cache }, true)).toBe('/var/cache/temper');
    expect(defaultCacheDir({ XDG_CACHE_HOME: cache }, false)).toBe(path.join(cache, 'temper'));
  } finally {
    rmdirSync(cache);
  }
});
