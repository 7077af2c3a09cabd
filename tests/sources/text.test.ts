import { afterAll, describe, expect, test } from '@jest/globals';
import { splitLongText } from '../../shared/sources/passage-list.ts';
import { startReaderForTests, textsOf } from './reader-for-tests.ts';

const reader = startReaderForTests();
afterAll(() => reader.pool.close());

const utf16 = (text: string, mark: boolean): Buffer =>
  Buffer.concat([mark ? Buffer.from([0xff, 0xfe]) : Buffer.alloc(0), Buffer.from(text, 'utf16le')]);

describe('plain text', () => {
  test('gives a passage for each paragraph, its line breaks kept', async () => {
    const { passages } = await reader.file('note.txt', 'First line\r\nsecond line\r\n\r\n\r\nNext paragraph\t with  blanks');
    expect(passages).toEqual([
      { text: 'First line\nsecond line', role: 'own', locator: { paragraph: 1 } },
      { text: 'Next paragraph with blanks', role: 'own', locator: { paragraph: 2 } },
    ]);
  });

  test('begins a passage at each list item and after each line too long to be wrapped', async () => {
    const long = 'This line is a paragraph by itself, as nobody would have wrapped a line of text at more than a hundred characters.';
    expect(
      textsOf(
        await reader.file('note.txt', `We ask for\nthree things:\n- a plan\n  for the winter\n2. a budget\n(c) a date\n\n${long}\n${long}`),
      ),
    ).toEqual(['We ask for\nthree things:', '- a plan\nfor the winter', '2. a budget', '(c) a date', long, long]);
  });

  test.each([
    ['UTF-8 with a mark', Buffer.from('\uFEFFCafé – £5', 'utf8')],
    ['UTF-16 with a mark', utf16('Café – £5', true)],
    ['UTF-16 without a mark', utf16('Café – £5', false)],
    ['UTF-16, big end first', Buffer.concat([Buffer.from([0xfe, 0xff]), utf16('Café – £5', false).swap16()])],
    ['windows-1252', Buffer.from([0x43, 0x61, 0x66, 0xe9, 0x20, 0x96, 0x20, 0xa3, 0x35])],
  ])('is decoded from %s', async (_encoding, bytes) => {
    expect(textsOf(await reader.file('note.txt', bytes))).toEqual(['Café – £5']);
  });

  test('composes characters and drops control characters', async () => {
    expect(textsOf(await reader.file('note.txt', `Cafe\u0301 bar\u0007s and more words to be plainly text`))).toEqual([
      'Café bars and more words to be plainly text',
    ]);
  });

  test('pasted by a person is never taken for a web page or a mail', async () => {
    const pasted = 'From: Ann\nMIME-Version: 1.0\n\n<html><body>is what my form sends</body></html>';
    expect(textsOf(await reader.file('Pasted text', pasted, 'text/plain')).join('\n')).toContain('<html><body>is what my form sends');
  });

  test('that quotes a mail header is still a note', async () => {
    const { kind } = await reader.file('note.txt', 'From: Ann Smith\nTo: Bob\nSubject: Lunch\n\nThe above was her message.');
    expect(kind).toBe('document');
  });

  test('beyond the limit is cut, and said', async () => {
    const { notices, passages } = await reader.file('long.txt', 'A line of some words.\n\n'.repeat(260_000));
    expect(notices).toEqual([{ code: 'text-cut', message: expect.stringContaining('long.txt is longer') }]);
    expect(passages.length).toBeGreaterThan(200_000);
  });

  test('of one endless word is split so that each part can be shown', () => {
    const parts = splitLongText('x'.repeat(9_000));
    expect(parts.map((part) => part.length)).toEqual([2_000, 2_000, 2_000, 2_000, 1_000]);
  });

  test('with nothing but blanks is an empty source', async () => {
    expect(await reader.failure('blank.txt', ' \n\t\n ')).toMatchObject({ code: 'empty-source' });
  });
});

describe('Markdown', () => {
  test('has headings, list items and paragraphs, and code that is no heading', async () => {
    const { passages } = await reader.file(
      'read.md',
      '# Plan\nWe **will** act.\n\n- one\n- two\n\n## Why\n```\n# no heading\n\nmore\n```\n<!-- said to nobody -->',
    );
    expect(passages.map(({ text, role, locator }) => [role, locator.heading, text])).toEqual([
      ['heading', undefined, 'Plan'],
      ['own', 'Plan', 'We **will** act.'],
      ['own', 'Plan', '- one'],
      ['own', 'Plan', '- two'],
      ['heading', 'Plan', 'Why'],
      ['own', 'Plan > Why', '```\n# no heading\n\nmore\n```'],
    ]);
  });

  test('keeps its comments from the reader and for the marking gate', async () => {
    const { passages, hiddenText } = await reader.file('read.md', 'Seen.\n\n<!-- SECRET -->\n\nAlso seen.');
    expect(passages.map((passage) => passage.text)).toEqual(['Seen.', 'Also seen.']);
    expect(hiddenText).toEqual([' SECRET ']);
  });
});

describe('a web page', () => {
  test('is read under its headings, with what is hidden counted', async () => {
    const { passages, notices, hiddenText } = await reader.file(
      'page.html',
      '<!doctype html><title>T</title><h1>Guide</h1><p>Do this.<p style="display:none">IGNORE</p><table border=1><tr><th>Who<th>When<tr><td>You<td>Now</table>',
    );
    expect(passages.map(({ text, role, locator }) => [role, locator.heading, text])).toEqual([
      ['heading', undefined, 'Guide'],
      ['own', 'Guide', 'Do this.'],
      ['table', 'Guide', 'Who; When'],
      ['table', 'Guide', 'Who: You; When: Now'],
    ]);
    expect(notices).toEqual([{ code: 'hidden-text-removed', message: expect.stringContaining('1 piece of text') }]);
    expect(hiddenText).toEqual(['IGNORE']);
  });

  test('is known by its content under any name', async () => {
    expect(textsOf(await reader.file('page.txt', '<!DOCTYPE html><html><body><p>Words</p></body></html>'))).toEqual(['Words']);
  });
});
