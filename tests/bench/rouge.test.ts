import { describe, expect, test } from '@jest/globals';
import { pairedBootstrap, seededRandom } from './rouge-bootstrap.ts';
import { firstWords, rouge1, rougeWords } from './rouge.ts';

describe('ROUGE-1', () => {
  test('a text and itself share everything', () => {
    expect(rouge1('The committee agreed the report.', 'The committee agreed the report.')).toBe(1);
  });

  test('two texts without a common word share nothing', () => {
    expect(rouge1('alpha beta', 'gamma delta')).toBe(0);
    expect(rouge1('', 'gamma')).toBe(0);
  });

  test('F is twice the shared words over all words: 3 shared of 4 and 6 is 0.6', () => {
    expect(rouge1('the cat sat down', 'the black cat sat on mats')).toBeCloseTo(0.6, 10);
  });

  test('a repeated word counts only as often as the reference has it', () => {
    // 1 shared of 3 and 2 words: 2 × 1 / 5.
    expect(rouge1('bus bus bus', 'bus fares')).toBeCloseTo(0.4, 10);
  });

  test('longer words are compared by their stem, words of three letters are not', () => {
    expect(rougeWords('Recommendations agreed, £12.5m!')).toEqual(['recommend', 'agre', '12', '5m']);
    expect(rouge1('recommending', 'recommended')).toBe(1);
    expect(rouge1('its', 'it')).toBe(0);
  });

  test('a text is cut to so many words', () => {
    expect(firstWords('  one two\n three four ', 3)).toBe('one two three');
  });
});

describe('the paired bootstrap', () => {
  test('a difference that is always the same has an interval of no width', () => {
    expect(pairedBootstrap([3, 4, 5], [1, 2, 3])).toEqual({ mean: 2, low: 2, high: 2 });
  });

  test('an interval holds the mean, reaches below zero where the sign is open, and is the same every time', () => {
    const ours = [1, 5, 2, 6, 3, 4];
    const theirs = [2, 3, 3, 4, 4, 3];
    const interval = pairedBootstrap(ours, theirs);
    expect(interval.low).toBeLessThan(0);
    expect(interval.high).toBeGreaterThan(interval.mean);
    expect(pairedBootstrap(ours, theirs)).toEqual(interval);
  });

  test('the random numbers are the same for the same seed and lie between 0 and 1', () => {
    const one = seededRandom(7);
    const other = seededRandom(7);
    for (let round = 0; round < 100; round += 1) {
      const value = one();
      expect(value).toBe(other());
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1);
    }
  });
});
