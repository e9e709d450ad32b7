import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { mustHaveRoom } from './disk.js';

it('says on a full disk what needs how much and what to do', () => {
  expect(() => mustHaveRoom('/data', 500, 'the home', () => 12.7)).toThrow(
    'The disk that holds /data has 12 MB left and the home needs 500 MB: free some space, or choose a folder on another disk.',
  );
});

it('asks the disk of the closest folder that exists', () => {
  const absent = path.join(tmpdir(), 'no', 'such', 'folder');
  expect(() => mustHaveRoom(absent, 0, 'a test')).not.toThrow();
  expect(() => mustHaveRoom(absent, 1e15, 'a test')).toThrow(`The disk that holds ${absent} has`);
});
