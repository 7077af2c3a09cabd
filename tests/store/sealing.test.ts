import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { seal, unseal } from '../../shared/store/sealing.ts';

const key = randomBytes(32);
const place = { tenantId: 't1', table: 'result', recordId: 'result/1' };
const changed = expect.objectContaining({ code: 'internal-error' });

describe('sealed bytes', () => {
  test('open where they were sealed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.option(fc.nat(), { nil: undefined }), (plain, part) => {
        const at = { ...place, ...(part === undefined ? {} : { part }) };
        expect(unseal(key, at, seal(key, at, plain)).equals(plain)).toBe(true);
      }),
    );
  });

  test.each([
    { ...place, tenantId: 't2' },
    { ...place, table: 'file' },
    { ...place, recordId: 'result/2' },
    { ...place, part: 0 },
    { tenantId: 't1","result', table: '', recordId: 'result/1' },
  ])('do not open as %j', (other) => {
    expect(() => unseal(key, other, seal(key, place, Buffer.from('text')))).toThrow(changed);
  });

  test('of a part do not open as another part', () => {
    expect(() => unseal(key, { ...place, part: 1 }, seal(key, { ...place, part: 0 }, Buffer.from('text')))).toThrow(changed);
  });

  test('do not open with any one bit changed, a byte added or taken away', () => {
    const sealed = seal(key, place, Buffer.from('a short text'));
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const other = Buffer.from(sealed);
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => unseal(key, place, other)).toThrow(changed);
    }
    for (let length = 0; length < sealed.length; length += 1) expect(() => unseal(key, place, sealed.subarray(0, length))).toThrow(changed);
    expect(() => unseal(key, place, Buffer.concat([sealed, Buffer.of(0)]))).toThrow(changed);
  });

  test("do not open with another record's key", () => {
    expect(() => unseal(randomBytes(32), place, seal(key, place, Buffer.from('text')))).toThrow(changed);
  });

  test('differ each time, in nonce and ciphertext', () => {
    const sealed = Array.from({ length: 50 }, () => seal(key, place, Buffer.from('text')).subarray(1, 20).toString('hex'));
    expect(new Set(sealed).size).toBe(50);
  });
});
