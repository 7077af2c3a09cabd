import { describe, expect, test } from '@jest/globals';
import { keySentences, readableSentences } from '../../../shared/tasks/offline/key-sentences.ts';
import { centralities } from '../../../shared/tasks/offline/lexrank.ts';
import { isBoilerplate, isMachineText } from '../../../shared/tasks/offline/noise.ts';
import { pickSentences } from '../../../shared/tasks/offline/pick-sentences.ts';
import { rankSentences } from '../../../shared/tasks/offline/rank-sentences.ts';
import { sentencesOf } from '../../../shared/tasks/offline/sentences.ts';
import { countTerms, termsOf } from '../../../shared/tasks/offline/terms.ts';
import { passagesOf } from './offline-input.ts';

const chosen = (texts: readonly string[], count: number): string[] =>
  keySentences(readableSentences(passagesOf(texts)), (picked) => picked.length >= count).map(({ sentence }) => sentence.text);

describe('centrality', () => {
  test('the sentence that shares words with the others weighs most, one that shares none weighs least', () => {
    const weights = centralities(
      ['bus fares rural', 'bus fares cap', 'fares cap rural bus', 'museum opening hours'].map((text) => countTerms(termsOf(text))),
    );
    expect(weights[2]).toBe(1);
    expect(Math.min(...weights)).toBe(weights[3]);
  });

  test('two like sentences weigh alike; none, one and empty ones are no fault', () => {
    const [first, second] = centralities(['bus fares', 'bus fares', 'museum'].map((text) => countTerms(termsOf(text))));
    expect(first).toBeCloseTo(second ?? 0, 10);
    expect([...centralities([])]).toEqual([]);
    expect([...centralities([new Map()])]).toEqual([1]);
  });
});

describe('what is never a key sentence', () => {
  test.each([
    'To unsubscribe from this list, click here.',
    'View this email in your browser',
    'This email and any attachments are confidential and intended solely for the addressee.',
    'If you are not the intended recipient, please delete it.',
    'Please consider the environment before printing this email.',
    'Sent from my iPhone',
    '© Crown copyright 2026',
    'Page 3 of 12',
    'Dear Priya,',
    'Kind regards',
    'Many thanks, Tom',
    'Annwyl Sam,',
    '> Could you send me the figures?',
    'Get Outlook for iOS',
  ])('%s', (text) => {
    expect(isBoilerplate(text)).toBe(true);
  });

  test.each([
    'The Minister is minded to extend the cap.',
    'Dear colleagues said they would help us with the rural services.',
    'Thanks to the new service, waiting times fell by a third.',
  ])('but this may be one: %s', (text) => {
    expect(isBoilerplate(text)).toBe(false);
  });

  test.each([
    'Remote-MTA: DNS; mail.example.org',
    'https://example.org/a https://example.org/b',
    'From 1751394755051884550@xxx Mon Dec 05',
  ])('a machine’s words: %s', (text) => {
    expect(isMachineText(text)).toBe(true);
  });
});

describe('key sentences', () => {
  const report = [
    'Contents',
    'This report recommends that the department extends the bus fare cap for rural routes until March 2027.',
    'Rural bus routes carry fewer passengers than they did, and the fare cap has slowed that fall.',
    'The fare cap costs £12.5m a year for rural routes, which the Treasury has still to agree.',
    'Lunch was served at one.',
    'Mrs A Patel; Mr B Jones; Dr C Smith; Prof D Brown; Sir E Green; Dame F White; Lord G Black.',
    'The rural bus fare cap has slowed the fall in passengers on the routes that carry the fewest.',
  ];

  test('a report’s recommendation is among the first two, and the names and the lunch never come', () => {
    expect(chosen(report, 2)).toContain(report[1]);
    expect(chosen(report, 4).join(' ')).not.toMatch(/Lunch|Patel|Contents/u);
  });

  test('two sentences that say the same are not both chosen', () => {
    const twice = [
      'The Minister agreed to extend the rural bus fare cap.',
      'The Minister agreed to extend the rural bus fare cap!',
      'Officials will publish the evaluation of the scheme in the spring.',
    ];
    expect(chosen(twice, 3)).toHaveLength(2);
  });

  test('words that a chosen sentence has said count less for the next', () => {
    const texts = ['Bus fares cap.', 'Bus fares rural.', 'Ferry islands.', 'Ferry winter.'];
    const ranked = sentencesOf(passagesOf(texts)).map((sentence, place) => ({
      sentence,
      place,
      words: 10,
      score: 1,
      terms: countTerms(termsOf(sentence.text)),
    }));
    const picked = pickSentences(ranked, (chosenSoFar) => chosenSoFar.length >= 2);
    expect(picked.map(({ place }) => place)).toEqual([0, 2]);
  });

  test('headings, signatures and quoted layers are left out where there is anything else', () => {
    const passages = [
      ...passagesOf(['The Minister agreed to extend the scheme.']),
      ...passagesOf(['Could you ask the Minister about the scheme?'], { role: 'quoted' }),
      ...passagesOf(['Deputy Private Secretary to the Minister'], { role: 'signature' }),
    ];
    expect(readableSentences(passages).map(({ text }) => text)).toEqual(['The Minister agreed to extend the scheme.']);
    expect(readableSentences(passages.slice(1))).toHaveLength(1);
  });

  test('an attachment has an opening of its own', () => {
    const filler = Array.from(
      { length: 30 },
      (_, at) => `Paragraph ${at} of the covering mail describes the timetable of the consultation.`,
    );
    const opening = 'The annex asks for a decision on the consultation timetable.';
    const sentences = sentencesOf([
      ...passagesOf(filler),
      ...passagesOf([opening, ...filler]).map((passage) => ({ ...passage, source: 1, id: `q${passage.id}` })),
    ]);
    const ranked = rankSentences(sentences);
    const scoreAt = (at: number): number => ranked[at]?.score ?? 0;
    // The same sentence early in the second source outweighs itself in the middle of the first.
    expect(scoreAt(31)).toBeGreaterThan(scoreAt(15));
  });

  test('every part of a text longer than one block is ranked', () => {
    const texts = Array.from(
      { length: 3_200 },
      (_, at) => `Sentence about topic ${String.fromCharCode(97 + (at % 26))}${at} and the budget of region number ${at % 17}.`,
    );
    const ranked = rankSentences(sentencesOf(passagesOf(texts)));
    expect(ranked).toHaveLength(3_200);
    expect(ranked.slice(3_000).every(({ score }) => score > 0)).toBe(true);
    expect(pickSentences(ranked, (picked) => picked.length >= 10)).toHaveLength(10);
  });
});
