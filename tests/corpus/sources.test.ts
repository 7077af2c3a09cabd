import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { HumphreyError } from '../../shared/errors.ts';
import type { ReadSource } from '../../shared/passage.ts';
import { readZipDirectory, unpackEntry } from '../../shared/sources/zip-directory.ts';
import { createSourceReader, startReaderPool } from '../../shared/sources/source-reader.ts';

/** Real files, read where they lie: never copied here, their words never printed. */
const corpus = process.env.HUMPHREY_CORPUS;
const FOLDERS = [
  'emails/eml',
  'emails/eml_malformed',
  'emails/newsletters_html',
  'documents/ukgov_docx',
  'documents/ukgov_pdf',
  'documents/nasty',
  'documents/generic',
];
const present =
  corpus === undefined ? [] : FOLDERS.filter((folder) => statSync(join(corpus, folder), { throwIfNoEntry: false }) !== undefined);

interface Outcome {
  file: string;
  source?: ReadSource;
  error?: HumphreyError;
}

const pool = startReaderPool(2);
const reader = createSourceReader(pool);
afterAll(() => pool.close());

function filesOf(folder: string): string[] {
  const root = join(corpus ?? '', folder);
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, name))
    .filter((path) => statSync(path).isFile())
    .sort();
}

async function read(path: string): Promise<Outcome> {
  const file = basename(path);
  try {
    return { file, source: await reader.readDocument({ name: file, bytes: readFileSync(path) }, new AbortController().signal) };
  } catch (thrown) {
    return { file, error: thrown as HumphreyError };
  }
}

function tableOf(folder: string, outcomes: Outcome[]): string {
  const codes = outcomes.map(({ error }) => error?.code ?? 'read');
  const counts = [...new Set(codes)].map((code) => `${code} ${codes.filter((one) => one === code).length}`);
  const passages = outcomes.reduce((sum, { source }) => sum + (source?.passages.length ?? 0), 0);
  const notices = outcomes.flatMap(({ source }) => source?.notices.map((notice) => notice.code) ?? []);
  const noticed = [...new Set(notices)].map((code) => `${code} ${notices.filter((one) => one === code).length}`);
  return `${folder}: ${outcomes.length} files: ${counts.join(', ')}; ${passages} passages${noticed.length > 0 ? `; notices: ${noticed.join(', ')}` : ''}`;
}

const wordsOf = (text: string): string[] => text.normalize('NFKC').match(/[\p{L}\p{N}]+/gu) ?? [];

/** Of the reference's words, each counted as often as it stands there, the share that was read. */
function recall(reference: string[], read: string[]): number {
  const left = new Map<string, number>();
  for (const word of read) left.set(word, (left.get(word) ?? 0) + 1);
  let found = 0;
  for (const word of reference) {
    const count = left.get(word) ?? 0;
    if (count > 0) {
      found += 1;
      left.set(word, count - 1);
    }
  }
  return reference.length === 0 ? 1 : found / reference.length;
}

/** The words in the raw XML of a Word document's body and notes, each text box once, without deletions and hidden runs. */
function rawDocxWords(path: string): string[] {
  const bytes = readFileSync(path);
  const parts = readZipDirectory(bytes).filter((entry) => /^word\/(?:document|footnotes|endnotes)\d*\.xml$/.test(entry.name));
  return parts.flatMap((entry) => {
    const xml = unpackEntry(bytes, entry, 100_000_000).toString('utf8');
    const plain = xml
      .replace(/<mc:Fallback>[\s\S]*?<\/mc:Fallback>/g, '')
      .replace(/<w:(del|moveFrom) [\s\S]*?<\/w:\1>/g, '')
      .replace(/<w:instrText[^>]*>[\s\S]*?<\/w:instrText>/g, '')
      .replace(/<w:(?:tab|br|cr)\s?[^>]*\/>|<\/w:(?:p|tc)>/g, ' ')
      .replace(/<w:noBreakHyphen\/>/g, '-')
      .replace(/<w:r[ >](?:(?!<\/w:r>)[\s\S])*?<w:vanish\/>[\s\S]*?<\/w:r>/g, '')
      .replace(/<[^>]+>/g, '');
    return wordsOf(
      plain
        .replace(/&lt;/g, '<')
        .replace(/&gt;/g, '>')
        .replace(/&quot;/g, '"')
        .replace(/&amp;/g, '&'),
    );
  });
}

if (present.length < FOLDERS.length) {
  const missing = FOLDERS.filter((folder) => !present.includes(folder));
  test.skip(`skipped, as HUMPHREY_CORPUS ${corpus === undefined ? 'is not set' : 'lacks them'}: ${missing.join(', ')}`, () => undefined);
}

// What reading says of each folder stands in the test's own output, so that a reviewer sees figures and not only ticks.
for (const folder of present) {
  describe(folder, () => {
    test('every file gives passages or a named error, and the reader lives', async () => {
      const outcomes = await Promise.all(filesOf(folder).map(read));
      console.info(tableOf(folder, outcomes));
      expect(outcomes.length).toBeGreaterThan(0);
      for (const { file, source, error } of outcomes) {
        const told = error ? `${error.name} ${error.code}` : `${source?.passages.length ?? 0} passages`;
        expect(`${file}: ${told}`).not.toMatch(/internal-error|: 0 passages|: (?!HumphreyError)\w*Error /);
        for (const passage of source?.passages ?? [])
          if (passage.text.trim() === '' || passage.text.length > 2_000)
            throw new Error(`${file}: a passage of ${passage.text.length} characters`);
      }
      await expect(
        reader.readDocument({ name: 'after.txt', bytes: Buffer.from('Still here.') }, new AbortController().signal),
      ).resolves.toMatchObject({ name: 'after.txt' });
    }, 300_000);
  });
}

const docx = present.includes('documents/ukgov_docx') ? filesOf('documents/ukgov_docx') : [];
(docx.length > 0 ? test : test.skip)(
  'published UK Word documents lose next to none of the words of their XML',
  async () => {
    const shares = await Promise.all(
      docx.map(async (path) => {
        const { file, source } = await read(path);
        return { file, share: recall(rawDocxWords(path), wordsOf(source?.passages.map((passage) => passage.text).join(' ') ?? '')) };
      }),
    );
    shares.sort((one, other) => one.share - other.share);
    const mean = shares.reduce((sum, { share }) => sum + share, 0) / shares.length;
    const lowest = shares.slice(0, 5).map(({ file, share }) => `${file} ${(share * 100).toFixed(1)}`);
    console.info(`word recall of ${shares.length} documents: mean ${(mean * 100).toFixed(2)} %; lowest: ${lowest.join(', ')}`);
    expect(mean).toBeGreaterThan(0.99);
    expect(shares[0]?.share).toBeGreaterThan(0.95);
  },
  300_000,
);
