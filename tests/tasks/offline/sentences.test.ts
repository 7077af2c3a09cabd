import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sentencesOf, splitSentences } from '../../../shared/tasks/offline/sentences.ts';
import { passagesOf } from './offline-input.ts';

function split(text: string): string[] {
  return splitSentences(text).map(({ start, end }) => text.slice(start, end));
}

describe('sentences of British official English', () => {
  test.each([
    ['The Rt Hon. Jane Doe MP met Dr. Smith at No. 10 Downing Street on 12 Jan. 2027. She agreed.', 2],
    ['See para. 4.2 and s. 17(2). It applies.', 2],
    ['It cost £1.5m in 2025. Costs rose by 3.5%.', 2],
    ['We saw, e.g. Acme Ltd. and others. They left.', 2],
    ['We meet at 5 p.m. on Friday. Bring the papers.', 2],
    ['We meet at 5 p.m. The room is 3.', 2],
    ['J. K. Rowling wrote. A. Smith read.', 2],
    ['Was it done? No. We stopped.', 3],
    ['Section 17.2 applies. See Fig. 3 below.', 2],
    ['“Why?” asked the Chair. “Because,” he said.', 2],
    ['The U.K. Government and the U.S. agreed. So did we.', 2],
    ['Cllr. Jones v. Mr. Patel was heard. It failed.', 2],
    ['Items (a) to (c) etc. are included. Nothing else is.', 2],
    ['See regs. 3 and 4. See the Act, c. 12. Next.', 3],
    ['Rydym yn cytuno. Mae’r adroddiad yn barod.', 2],
    ['See www.example.org/a.Wung_yQ or ask sam.Carter@example.org. Thanks.', 2],
    ['これは文です。次の文です。', 2],
  ])('%s', (text, count) => {
    expect(split(text)).toHaveLength(count);
  });

  test('a line that the mail program wrapped is one sentence; a list is not', () => {
    expect(split('This is a line that was wrapped by the mail program at about\nseventy-two characters. Next.')).toHaveLength(2);
    expect(split('1. First item here.\n2. Second item here.')).toEqual(['1. First item here.', '2. Second item here.']);
    expect(split('Dear Priya\n\nThanks for this.\nBest\nTom')).toHaveLength(4);
  });

  test('sentences typed in lower case are told apart', () => {
    expect(split('thanks for the paper. can you send me the annex. i need it today')).toHaveLength(3);
    expect(split('We use tables, e.g. this one. It works.')).toHaveLength(2);
  });

  test('what runs on without an end is cut, and nothing of it is lost', () => {
    const text = 'evidence policy transport '.repeat(500).trim();
    const pieces = split(text);
    expect(pieces.length).toBeGreaterThan(10);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(900);
    expect(pieces.join(' ')).toBe(text);
  });

  test('every sentence of any text is its own substring, in order, and no word is lost', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'Mr.',
            'Smith',
            'e.g.',
            '£1.5m',
            'No.',
            '10',
            'the',
            '.',
            '?',
            '\n',
            '\n\n',
            ' ',
            'said',
            '“',
            '”',
            '👍',
            '会議。',
            'p.m.',
          ),
          { maxLength: 60 },
        ),
        (parts) => {
          const text = parts.join(' ');
          let end = 0;
          for (const span of splitSentences(text)) {
            expect(span.start).toBeGreaterThanOrEqual(end);
            expect(text.slice(end, span.start)).not.toMatch(/[\p{L}\p{N}]/u);
            end = span.end;
          }
          expect(text.slice(end)).not.toMatch(/[\p{L}\p{N}]/u);
        },
      ),
    );
  });

  test('a sentence keeps its passage and its place in it; white space is folded for showing only', () => {
    const [passage] = passagesOf(['First one.  The second\nsentence, wrapped here for the sake of the example in it, ends.']);
    if (!passage) throw new Error('no passage');
    const [, second] = sentencesOf([passage]);
    expect(second?.text).not.toContain('\n');
    expect(passage.text.slice(second?.start, (second?.start ?? 0) + (second?.quote.length ?? 0))).toBe(second?.quote);
    expect(second?.quote).toContain('\n');
  });
});
