import { expect, test } from '@jest/globals';
import { offlineAnswer } from '../../../shared/tasks/offline/offline-answer.ts';
import { inputOf, minuteMailInput, passagesOf } from './offline-input.ts';

test('an answer is the source’s own sentences with their quotes', () => {
  const { found, answer } = offlineAnswer(minuteMailInput({ instruction: 'What does the Minister think about the cap?' }));
  expect(found).toBe(true);
  expect(answer[0]?.text).toMatch(/^The Minister has now read it/u);
  expect(answer[0]?.evidence).toEqual([{ passage: 'p2', quote: answer[0]?.text }]);
});

test('what a mail says is said by its sender', () => {
  const { answer } = offlineAnswer(minuteMailInput({ instruction: 'What did Tom say about the letter?' }));
  expect(answer.map(({ text }) => text)).toEqual(['I will circulate a draft letter to the Chief Secretary tomorrow.']);
});

test('found is false and the answer empty where the sources do not speak of it', () => {
  expect(offlineAnswer(minuteMailInput({ instruction: 'Who chairs the nuclear safety board?' }))).toEqual({ found: false, answer: [] });
});

test('a longer answer has more sentences', () => {
  const passages = passagesOf(
    Array.from({ length: 30 }, (_, at) => `The ferry subsidy of island ${at} pays for ${at + 2} winter sailings.`),
  );
  const count = (length: 'short' | 'standard' | 'detailed'): number =>
    offlineAnswer(inputOf(passages, { instruction: 'ferry subsidy', options: { length } })).answer.length;
  expect([count('short'), count('standard'), count('detailed')]).toEqual([3, 5, 8]);
});

test('a very short sentence is quoted with its neighbour, so that a person can find it', () => {
  const { answer } = offlineAnswer(
    inputOf(passagesOf(['We asked about ferry subsidies. Subsidies: ended. The board noted it.']), {
      instruction: 'Are the subsidies ended?',
    }),
  );
  for (const { evidence } of answer) expect(evidence[0]?.quote.split(' ').length).toBeGreaterThanOrEqual(3);
});
