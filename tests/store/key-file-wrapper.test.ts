import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createKeyLine, openKeyFile } from '../../shared/store/key-file-wrapper.ts';

const place = { tenantId: 't1', recordId: 'result/1' };
const recordKey = randomBytes(32);
let folder = '';
let path = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'humphrey-keys-'));
  path = join(folder, 'keys');
});
afterEach(() => rm(folder, { recursive: true }));

describe('the key file', () => {
  test('is made at the first start, for its owner alone, and is the same ever after', async () => {
    const first = await openKeyFile(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const wrapped = await first.wrap(recordKey, place);
    const second = await openKeyFile(path);
    expect(Buffer.from(await second.unwrap(wrapped, { ...place, keyId: first.keyId })).equals(recordKey)).toBe(true);
  });

  test('is one file when several processes start at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => openKeyFile(path)));
    expect(new Set(all.map((wrapper) => wrapper.keyId)).size).toBe(1);
  });

  test.each([0o640, 0o604, 0o660, 0o601])('that others may use (mode %i) is refused, with the remedy', async (mode) => {
    await openKeyFile(path);
    await chmod(path, mode);
    await expect(openKeyFile(path)).rejects.toMatchObject({
      code: 'store-unavailable',
      message: expect.stringContaining(`chmod 600 ${path}`),
    });
  });

  test.each(['', 'nonsense', 'id short=', `${createKeyLine()}rest`])('that is damaged is refused, not replaced (%#)', async (text) => {
    await writeFile(path, text, { mode: 0o600 });
    await expect(openKeyFile(path)).rejects.toMatchObject({ code: 'store-unavailable', message: expect.stringContaining('damaged') });
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test('wraps with its newest key and unwraps with all', async () => {
    const before = await openKeyFile(path);
    const wrapped = await before.wrap(recordKey, place);
    await writeFile(path, createKeyLine() + (await readFile(path, 'utf8')));
    const after = await openKeyFile(path);
    expect(after.keyId).not.toBe(before.keyId);
    expect(Buffer.from(await after.unwrap(wrapped, { ...place, keyId: before.keyId })).equals(recordKey)).toBe(true);
    await expect(before.unwrap(await after.wrap(recordKey, place), { ...place, keyId: after.keyId })).rejects.toMatchObject({
      code: 'store-unavailable',
    });
  });
});

describe('a wrapped key', () => {
  test.each([{ tenantId: 't2' }, { recordId: 'result/2' }])('is worthless for %j', async (other) => {
    const wrapper = await openKeyFile(path);
    const wrapped = await wrapper.wrap(recordKey, place);
    await expect(wrapper.unwrap(wrapped, { ...place, ...other, keyId: wrapper.keyId })).rejects.toMatchObject({ code: 'internal-error' });
  });

  test('does not hold the key in clear', async () => {
    const wrapper = await openKeyFile(path);
    expect(Buffer.from(await wrapper.wrap(recordKey, place)).includes(recordKey.subarray(0, 8))).toBe(false);
  });
});
