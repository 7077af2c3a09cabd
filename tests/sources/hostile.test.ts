import { deflateRawSync } from 'node:zlib';
import { afterAll, describe, expect, test } from '@jest/globals';
import { packZip } from '../../shared/sources/zip-directory.ts';
import { makeDocx, paragraph } from './make-docx.ts';
import { startReaderForTests, textsOf } from './reader-for-tests.ts';

const reader = startReaderForTests();
afterAll(() => reader.pool.close());

const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const compound = (...streams: string[]): Buffer =>
  Buffer.concat([COMPOUND, Buffer.alloc(1_016), ...streams.map((name) => Buffer.from(name.padEnd(64, '\0'), 'utf16le'))]);

/** Changes the unpacked size that a zip's directory and local header claim for its only entry of that size. */
function claimSize(zip: Buffer, real: number, claimed: number): Buffer {
  const changed = Buffer.from(zip);
  const sought = Buffer.alloc(4);
  sought.writeUInt32LE(real);
  for (let at = changed.indexOf(sought); at >= 0; at = changed.indexOf(sought, at + 4)) changed.writeUInt32LE(claimed, at);
  return changed;
}

describe('hostile and broken files', () => {
  test('a zip that unpacks to a gigabyte is refused before it is unpacked', async () => {
    const bomb = makeDocx({
      body: paragraph('x'),
      more: [1, 2, 3, 4].map((index) => ({ name: `word/media/${index}.xml`, bytes: Buffer.alloc(50_000_000, 32) })),
    });
    expect(bomb.length).toBeLessThan(2_000_000);
    expect(await reader.failure('bomb.docx', bomb)).toMatchObject({ code: 'too-large' });
  });

  test('a zip that lies about its sizes is stopped while it is unpacked', async () => {
    const size = 90_000_001;
    const bomb = claimSize(makeDocx({ body: paragraph('x'), more: [{ name: 'word/more.xml', bytes: Buffer.alloc(size, 32) }] }), size, 10);
    expect(await reader.failure('liar.docx', bomb)).toMatchObject({ code: 'too-large' });
  });

  test('a zip with more files than a document has is refused', async () => {
    const more = Array.from({ length: 2_100 }, (_, index) => ({ name: `word/${index}.xml`, bytes: Buffer.from('<a/>') }));
    expect(await reader.failure('many.docx', makeDocx({ body: paragraph('x'), more }))).toMatchObject({ code: 'too-large' });
  });

  test('a document with entities that multiply, or that point at files, expands neither', async () => {
    const declaration = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>';
    const zip = packZip([
      {
        name: '[Content_Types].xml',
        bytes: Buffer.from(
          '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        ),
      },
      {
        name: 'word/document.xml',
        bytes: Buffer.from(
          `<?xml version="1.0"?>${declaration}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Hello &b; &c;</w:t></w:r></w:p></w:body></w:document>`,
        ),
      },
    ]);
    const outcome = await reader.file('entities.docx', zip).then(
      (source) => textsOf(source).join(' '),
      (error: unknown) => `error ${(error as { code: string }).code}`,
    );
    expect(outcome).not.toMatch(/aaaaaaaaaa|root:/);
    expect(outcome).not.toContain('internal-error');
  });

  test('20,000 tables inside each other end in a named error or in text', async () => {
    const body = `${'<w:tbl><w:tr><w:tc>'.repeat(20_000)}${paragraph('deep')}${'</w:tc></w:tr></w:tbl>'.repeat(20_000)}`;
    expect(['too-large', 'unreadable']).toContain((await reader.failure('deep.docx', makeDocx({ body }))).code);
  });

  test('50,000 nested elements of a web page are read without overflow', async () => {
    expect(textsOf(await reader.file('deep.html', `<html><body>${'<div>'.repeat(50_000)}deep`))).toEqual(['deep']);
  });

  test.each([
    ['an encrypted document', 'EncryptedPackage', 'encrypted', 'password'],
    ['an old Word document', 'WordDocument', 'unsupported-type', 'save it as .docx'],
    ['an old workbook', 'Workbook', 'unsupported-type', 'Excel'],
    ['an old presentation', 'PowerPoint Document', 'unsupported-type', 'PowerPoint'],
    ['a saved Outlook message', '__properties_version1.0', 'unsupported-type', '.eml'],
  ])('%s is told by what is inside it', async (_what, stream, code, words) => {
    expect(await reader.failure('letter.docx', compound('Root Entry', stream))).toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
  });

  test('nothing at all is an empty source', async () => {
    expect(await reader.failure('empty.docx', new Uint8Array())).toMatchObject({
      code: 'empty-source',
      message: expect.stringContaining('empty.docx is empty'),
    });
  });

  test('bytes that are nothing we know are refused with what can be read', async () => {
    const noise = deflateRawSync(Buffer.from(Array.from({ length: 4_000 }, (_, index) => (index * 7919) % 251)));
    const error = await reader.failure('blob.bin', noise);
    expect(error.code).toBe('unsupported-type');
    for (const ending of ['.docx', '.pdf', '.txt', '.md', '.html', '.eml']) expect(error.message).toContain(ending);
    expect(await reader.failure('blob.pdf', noise)).toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('The name ends in .pdf'),
    });
  });

  test('a picture and an archive are named as such', async () => {
    const png = Buffer.from(
      '89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000a49444154789c6300010000050001',
      'hex',
    );
    expect(await reader.failure('scan.docx', png)).toMatchObject({ code: 'unsupported-type', message: expect.stringContaining('picture') });
    expect(await reader.failure('files.zip', packZip([{ name: 'a.txt', bytes: Buffer.from('a') }]))).toMatchObject({
      code: 'unsupported-type',
      message: expect.stringContaining('Unpack it'),
    });
  });

  test('a file over the limit is refused without being sent to a child', async () => {
    const calls: string[] = [];
    const { createSourceReader } = await import('../../shared/sources/source-reader.ts');
    const guarded = createSourceReader({ run: ({ name }) => Promise.resolve(calls.push(name)), close: () => Promise.resolve() });
    await expect(
      guarded.readDocument({ name: 'big.pdf', bytes: new Uint8Array(50 * 1024 * 1024 + 1) }, new AbortController().signal),
    ).rejects.toMatchObject({ code: 'too-large' });
    expect(calls).toEqual([]);
  });

  test('a document cut at any place gives an error or text, never silence', async () => {
    const whole = makeDocx({ body: paragraph('Some words.') });
    for (let share = 1; share < 10; share += 1) {
      const error = await reader.failure('cut.docx', whole.subarray(0, Math.floor((whole.length * share) / 10)));
      expect(['unreadable', 'empty-source', 'unsupported-type']).toContain(error.code);
    }
  });
});
