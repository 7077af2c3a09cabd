import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Files } from '../../shared/ports.ts';
import { createPeople } from './people.ts';

const MINUTE = 60 * 1000;
const MEGABYTE = 1024 * 1024;

export interface FilesUnderTest {
  files: Files;
  /** Moves the store's clock. */
  move: (milliseconds: number) => void;
}

/** What every Files does. `open` gives one, with a life of one hour; `fillWith` is one upload more than it takes. */
export function describeFiles(open: () => Promise<FilesUnderTest>, fillWith: { bytes: number; files: number }): void {
  describe('uploads', () => {
    test.each([0, 1, MEGABYTE - 1, MEGABYTE, 3 * MEGABYTE + 17, 50 * MEGABYTE])('of %d bytes come back as they were', async (size) => {
      const { files } = await open();
      const { sam } = createPeople();
      const bytes = new Uint8Array(randomBytes(size));
      const id = await files.put({ name: 'Adroddiad – terfynol.pdf', contentType: 'application/pdf', bytes }, sam);
      const back = await files.get(id, sam);
      expect(back?.name).toBe('Adroddiad – terfynol.pdf');
      expect(back?.contentType).toBe('application/pdf');
      expect(back?.bytes.byteLength).toBe(size);
      expect(sumOf(back?.bytes)).toBe(sumOf(bytes));
    });

    test('have no type when none was said', async () => {
      const { files } = await open();
      const { sam } = createPeople();
      const id = await files.put({ name: 'a.txt', bytes: Buffer.from('text') }, sam);
      expect(await files.get(id, sam)).not.toHaveProperty('contentType');
    });

    test('of a view into larger memory are that view only', async () => {
      const { files } = await open();
      const { sam } = createPeople();
      const memory = Buffer.from('secret before|the file|secret after');
      const id = await files.put({ name: 'a.txt', bytes: memory.subarray(14, 22) }, sam);
      expect(Buffer.from((await files.get(id, sam))?.bytes ?? []).toString()).toBe('the file');
    });

    test('come back to nobody else', async () => {
      const { files } = await open();
      const { sam, alex, samElsewhere } = createPeople();
      const id = await files.put({ name: 'a.txt', bytes: Buffer.from('text') }, sam);
      expect(await files.get(id, alex)).toBeUndefined();
      expect(await files.get(id, samElsewhere)).toBeUndefined();
    });

    test('each have an id of their own', async () => {
      const { files } = await open();
      const { sam } = createPeople();
      const file = { name: 'a.txt', bytes: Buffer.from('text') };
      const [first, second] = [await files.put(file, sam), await files.put(file, sam)];
      expect(first).not.toBe(second);
      expect(await files.get(first, sam)).toBeDefined();
    });

    test('are gone after an hour', async () => {
      const { files, move } = await open();
      const { sam } = createPeople();
      const id = await files.put({ name: 'a.txt', bytes: Buffer.from('text') }, sam);
      move(60 * MINUTE - 1);
      expect(await files.get(id, sam)).toBeDefined();
      move(1);
      expect(await files.get(id, sam)).toBeUndefined();
    });

    test.each(['none', '', '../a', "a' or '1'='1", 'a\u0000', 'x'.repeat(10_000)])('that nobody sent are not found (%#)', async (id) => {
      const { files } = await open();
      const { sam } = createPeople();
      expect(await files.get(id, sam)).toBeUndefined();
    });

    test('beyond what one person may hold are put off, until the others have expired', async () => {
      const { files, move } = await open();
      const { sam } = createPeople();
      const file = { name: 'a.bin', bytes: new Uint8Array(fillWith.bytes) };
      const sent: unknown[] = [];
      for (let each = 0; each < fillWith.files && sent.length === 0; each += 1)
        await files.put(file, sam).catch((error: unknown) => sent.push(error));
      expect(sent).toMatchObject([{ code: 'rate-limited', details: { retryAfterSeconds: 60 } }]);
      move(60 * MINUTE);
      await expect(files.put(file, sam)).resolves.toEqual(expect.any(String));
    });
  });
}

function sumOf(bytes: Uint8Array | undefined): string {
  return createHash('sha256')
    .update(bytes ?? 'none')
    .digest('hex');
}
