import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lockFile } from '../../shared/store/embedded/process-lock.ts';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'humphrey-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true }));

describe('a file lock', () => {
  test('is held by one process alone, or shared by many', async () => {
    const shared = [await lockFile(path, 'shared', 0), await lockFile(path, 'shared', 0)];
    expect(shared.every((lock) => lock !== undefined)).toBe(true);
    expect(await lockFile(path, 'exclusive', 0)).toBeUndefined();
    shared[0]?.release();
    expect(await lockFile(path, 'exclusive', 0)).toBeUndefined();
    shared[1]?.release();
    const alone = await lockFile(path, 'exclusive', 0);
    expect(alone).toBeDefined();
    expect(await lockFile(path, 'shared', 0)).toBeUndefined();
    expect(await lockFile(path, 'exclusive', 0)).toBeUndefined();
    alone?.release();
  });

  test('is waited for', async () => {
    const first = await lockFile(path, 'exclusive', 0);
    const second = lockFile(path, 'exclusive', 10_000);
    first?.release();
    (await second)?.release();
    expect(await second).toBeDefined();
  });

  test('is free as soon as the process that held it is killed', async () => {
    const program = `import { lockFile } from ${JSON.stringify(new URL('../../shared/store/embedded/process-lock.ts', import.meta.url).href)};
      await lockFile(${JSON.stringify(path)}, 'exclusive', 0); console.log('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    expect(await lockFile(path, 'shared', 0)).toBeUndefined();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const next = await lockFile(path, 'exclusive', 0);
    expect(next).toBeDefined();
    next?.release();
  });
});
