import { describe, expect, test } from '@jest/globals';
import { packZip, readZipDirectory, unpackEntry } from '../../shared/sources/zip-directory.ts';

const words = Buffer.from('words of a document');

describe('a zip container', () => {
  test('gives back what was packed', () => {
    const zip = packZip([
      { name: 'a.xml', bytes: words },
      { name: 'folder/é.xml', bytes: Buffer.from('more') },
    ]);
    const entries = readZipDirectory(zip);
    expect(entries.map(({ name, unpacked, encrypted }) => ({ name, unpacked, encrypted }))).toEqual([
      { name: 'a.xml', unpacked: 19, encrypted: false },
      { name: 'folder/é.xml', unpacked: 4, encrypted: false },
    ]);
    expect(entries.map((entry) => unpackEntry(zip, entry, 100).toString())).toEqual(['words of a document', 'more']);
  });

  test('with a comment and bytes before its end is still found', () => {
    const zip = Buffer.concat([packZip([{ name: 'a.xml', bytes: words }]), Buffer.from('trailing words')]);
    expect(readZipDirectory(zip)).toHaveLength(1);
  });

  test.each([
    ['unpacks to more than 100 MB', [60_000_000, 60_000_000]],
    ['is packed more than a hundredfold', [20_000_000]],
  ])('that %s is refused from its directory alone', (_what, sizes) => {
    const zip = packZip(sizes.map((size, index) => ({ name: `${index}.xml`, bytes: Buffer.alloc(size) })));
    expect(() => readZipDirectory(zip)).toThrow(expect.objectContaining({ code: 'too-large' }));
  });

  test('is never unpacked beyond the room given, whatever size it claims', () => {
    const zip = packZip([{ name: 'a.xml', bytes: Buffer.alloc(3_000_000) }]);
    const [entry] = readZipDirectory(zip);
    if (!entry) throw new Error('The directory is empty.');
    expect(() => unpackEntry(zip, { ...entry, unpacked: 5 }, 1_000_000)).toThrow(expect.objectContaining({ code: 'too-large' }));
  });

  test.each([0, 10, 40, 60, 80])('cut at byte %i is named unreadable', (length) => {
    const zip = packZip([{ name: 'a.xml', bytes: words }]);
    expect(() => readZipDirectory(zip.subarray(0, length))).toThrow(expect.objectContaining({ code: 'unreadable' }));
  });

  test('whose entry points nowhere is named unreadable', () => {
    const zip = packZip([{ name: 'a.xml', bytes: words }]);
    const [entry] = readZipDirectory(zip);
    if (!entry) throw new Error('The directory is empty.');
    for (const localHeader of [3, zip.length + 5])
      expect(() => unpackEntry(zip, { ...entry, localHeader }, 100)).toThrow(expect.objectContaining({ code: 'unreadable' }));
    expect(() => unpackEntry(zip, { ...entry, method: 99 }, 100)).toThrow(expect.objectContaining({ code: 'unreadable' }));
  });
});
