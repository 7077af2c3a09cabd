import { describe, expect, test } from '@jest/globals';
import { dateInWords, dayInWords, placeInWords, progressInWords, sizeInWords } from '../../addin/ui/words.ts';
import { citation } from '../browser/sample-results.ts';

/** A time of this machine's own day, as Outlook gives it. */
function at(hours: number, minutes: number): string {
  return new Date(2026, 10, 20, hours, minutes).toISOString();
}

describe('words for people', () => {
  test('dates are written as GOV.UK writes them', () => {
    expect(dateInWords(at(9, 30))).toBe('20 November 2026, 9:30am');
    expect(dateInWords(at(12, 5))).toBe('20 November 2026, 12:05pm');
    expect(dateInWords(at(12, 0))).toBe('20 November 2026, midday');
    expect(dateInWords(at(0, 0))).toBe('20 November 2026, midnight');
    expect(dateInWords(at(23, 59))).toBe('20 November 2026, 11:59pm');
    expect(dateInWords(undefined)).toBe('');
    expect(dateInWords('soon')).toBe('');
    expect(dayInWords('2026-11-24')).toBe('Tuesday 24 November 2026');
    expect(dayInWords('some day')).toBe('some day');
  });

  test('sizes and progress', () => {
    expect([sizeInWords(426), sizeInWords(2_593), sizeInWords(5_400_000)]).toEqual(['426 bytes', '3 KB', '5.1 MB']);
    expect(progressInWords({ step: 'thinking', done: 2, total: 5 })).toBe('Finding what matters: 2 of 5');
    expect(progressInWords({ step: 'reading' })).toBe('Reading');
  });

  test('a place names what a person can look for, and its source', () => {
    const sources = [{ kind: 'document', name: 'note.docx' }];
    expect(placeInWords({ ...citation(1, 'q'), locator: { page: 2, paragraph: 3 } }, sources)).toBe('Page 2, paragraph 3 of “note.docx”');
    expect(placeInWords({ ...citation(1, 'q'), locator: { message: 4, author: 'Alex Green', time: at(16, 12) } }, [])).toBe(
      'Message 4, from Alex Green, 20 November 2026, 4:12pm',
    );
    expect(placeInWords({ ...citation(1, 'q'), locator: {} }, sources)).toBe('“note.docx”');
  });
});
