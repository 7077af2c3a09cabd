import { afterAll, describe, expect, test } from '@jest/globals';
import { makePdf, type PdfPage } from './make-pdf.ts';
import { startReaderForTests, textsOf } from './reader-for-tests.ts';

const reader = startReaderForTests();
afterAll(() => reader.pool.close());

const page = (number: number, ...lines: string[]): PdfPage => ({
  lines: ['Department for Testing - Annual report', '', ...lines, '', `Page ${number} of 3`],
});

describe('a PDF', () => {
  test('joins lines to paragraphs and mends words split at their ends', async () => {
    const { passages } = await reader.file(
      'report.pdf',
      makePdf([
        {
          lines: [
            'The committee heard that the reform was ambi-',
            'tious and that the timetable was tight, which is',
            'why a second phase was proposed.',
            '',
            '',
            'It agreed.',
          ],
        },
      ]),
    );
    expect(passages).toEqual([
      {
        text: 'The committee heard that the reform was ambitious and that the timetable was tight, which is why a second phase was proposed.',
        role: 'own',
        locator: { page: 1, paragraph: 1 },
      },
      { text: 'It agreed.', role: 'own', locator: { page: 1, paragraph: 2 } },
    ]);
  });

  test('names the page of each passage and sets repeated headers and page numbers aside', async () => {
    const { passages } = await reader.file(
      'report.pdf',
      makePdf([page(1, 'First page text.'), page(2, 'Second page text.'), page(3, 'Third page text.')]),
    );
    expect(passages.map(({ text, role, locator }) => [role, locator.page, text])).toEqual([
      ['own', 1, 'First page text.'],
      ['own', 2, 'Second page text.'],
      ['own', 3, 'Third page text.'],
      ['note', undefined, 'Department for Testing - Annual report'],
    ]);
  });

  test('that is a scan says so, and what to do', async () => {
    const error = await reader.failure('scan.pdf', makePdf([{ picture: true }, { picture: true }]));
    expect(error).toMatchObject({ code: 'empty-source', message: expect.stringContaining('OCR') });
  });

  test('names the pages that are pictures beside pages with text', async () => {
    const text = { lines: ['This page has words enough to be read as text by anybody.'] };
    const { notices, passages } = await reader.file(
      'mixed.pdf',
      makePdf([text, { picture: true }, { picture: true }, text, { picture: true }]),
    );
    expect(passages).toHaveLength(2);
    expect(notices).toEqual([{ code: 'scanned-pages', message: expect.stringContaining('Pages 2–3, 5 of mixed.pdf') }]);
  });

  test('with an empty page but no picture has no notice', async () => {
    const { notices } = await reader.file(
      'gap.pdf',
      makePdf([{ lines: ['Words that are long enough to count as the text of a page.'] }, { lines: [] }]),
    );
    expect(notices).toEqual([]);
  });

  test('with a password is named encrypted, with the way out', async () => {
    expect(await reader.failure('locked.pdf', makePdf([{ lines: ['Secret'] }], { locked: true }))).toMatchObject({
      code: 'encrypted',
      message: expect.stringContaining('password'),
    });
  });

  test('cut in the middle is read or named unreadable, and the reader goes on', async () => {
    const whole = makePdf([{ lines: ['Some words of a document that was not sent whole.'] }]);
    for (const share of [0.2, 0.5, 0.9]) {
      const outcome = await reader.file('cut.pdf', whole.subarray(0, Math.floor(whole.length * share))).then(
        (source) => (source.passages.length > 0 ? 'read' : 'silent'),
        (error: unknown) => (error as { code: string }).code,
      );
      expect(['read', 'unreadable', 'empty-source']).toContain(outcome);
    }
    expect(textsOf(await reader.file('whole.pdf', whole))).toHaveLength(1);
  });
});
