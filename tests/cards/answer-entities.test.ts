import { describe, expect, test } from '@jest/globals';
import { answerEntities, answerSummary } from '../../bot/cards/answer-entities.ts';
import { exampleResult, offlineResult } from './example-result.ts';

function manyCitations(count: number, quote: string, name: string): ReturnType<typeof exampleResult> {
  const [cited] = exampleResult().citations;
  if (!cited) throw new Error('The example has no citation.');
  return exampleResult({
    sources: [{ kind: 'document', name }],
    citations: Array.from({ length: count }, (_, index) => ({ ...cited, id: index + 1, quote })),
  });
}

describe('the entity of an answer', () => {
  test('is one, with the AI label for an AI answer', () => {
    const entities = answerEntities(exampleResult());
    expect(entities).toHaveLength(1);
    expect(entities[0]).toMatchObject({
      type: 'https://schema.org/Message',
      '@type': 'Message',
      '@context': 'https://schema.org',
      '@id': '',
      additionalType: ['AIGeneratedContent'],
    });
  });

  test('has no AI label for the offline engine’s answer', () => {
    expect(answerEntities(offlineResult())[0]).not.toHaveProperty('additionalType');
  });

  test('carries the marking of the sources', () => {
    const marking = { ...exampleResult().marking, text: 'OFFICIAL-SENSITIVE' };
    expect(answerEntities(exampleResult({ marking }))[0]?.usageInfo.name).toBe('OFFICIAL-SENSITIVE');
  });

  test('keeps Teams’ limits: ten citations, names of 80, abstracts of 160, no line breaks', () => {
    const citations =
      answerEntities(manyCitations(30, 'a long\n quote 😀 '.repeat(50), 'A very long name of a document '.repeat(10)))[0]?.citation ?? [];
    expect(citations.map((citation) => citation.position)).toEqual(Array.from({ length: 10 }, (_, index) => index + 1));
    for (const { appearance } of citations) {
      expect(appearance.name.length).toBeLessThanOrEqual(80);
      expect(appearance.abstract.length).toBeLessThanOrEqual(160);
      expect(appearance.abstract).not.toContain('\n');
      expect(appearance.abstract.isWellFormed()).toBe(true);
    }
  });

  test('has no citation part without citations, which Teams would refuse as empty', () => {
    expect(answerEntities(exampleResult({ citations: [] }))[0]).not.toHaveProperty('citation');
  });

  test('the line in notifications holds the marking and no word of the content', () => {
    expect(answerSummary(exampleResult(), 'Summary')).toBe('OFFICIAL – Summary');
  });
});
