import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { answerCard, MAX_CARD_BYTES } from '../../bot/cards/answer-card.ts';
import { cardBytes, type AdaptiveCard } from '../../bot/cards/card-elements.ts';
import { choiceCard } from '../../bot/cards/choice-card.ts';
import { sampleThreadCard } from '../../bot/cards/sample-thread-card.ts';
import { welcomeCard } from '../../bot/cards/welcome-card.ts';
import { sampleThread } from '../../bot/teams/sample-thread.ts';
import type { Action, Statement, TaskOutput, TaskResult } from '../../shared/contract/task-result.ts';
import { exampleResult, offlineResult } from './example-result.ts';
import { cardProblems, cardTexts } from './read-card.ts';

function texts(result: TaskResult, notes: string[] = []): string[] {
  return cardTexts(answerCard(result, notes));
}

function words(result: TaskResult, notes: string[] = []): string {
  return texts(result, notes).join('\n');
}

function statement(text: string, change: Partial<Statement> = {}): Statement {
  return { text, citations: [1], support: 'verified', flags: [], ...change };
}

const draft: TaskOutput = {
  kind: 'draft',
  subject: 'Re: Launch plan',
  paragraphs: [
    statement('Dear Helen,', { citations: [], support: 'own-words' }),
    statement('I can confirm 9 December.', { support: 'unsupported', flags: ['date-not-in-source'] }),
  ],
  body: 'Dear Helen,\n\nI can confirm 9 December.\n\nKind regards\nPriya',
  answers: [
    { question: 'Can you do Tuesday?', addressed: true },
    { question: 'Who signs it off?', addressed: false },
  ],
};

describe('a summary’s card', () => {
  test('shows the marking first, then what it is and what it was made from', () => {
    expect(texts(exampleResult()).slice(0, 3)).toEqual(['OFFICIAL', 'Summary', 'From Launch plan.docx']);
  });

  test('marks each point with the numbers of its quotes', () => {
    expect(texts(exampleResult())).toContain('The small business cost was corrected to £4.2 million a year. [2]');
  });

  test('labels what is not found in the source, and why', () => {
    expect(texts(exampleResult())).toContain(
      'Ministers have agreed a second launch event in Leeds. – Not found in the source; a name here is not in the source. Check it.',
    );
  });

  test('tells clear actions from possible ones, and whose they are', () => {
    const shown = texts(exampleResult());
    expect(shown).toContain('Actions (2)');
    expect(shown).toContain('Who: Daniel Fraser · Due: by Wednesday 2 December');
    expect(shown).toContain('For you · Due: by Monday 7 December');
    expect(shown.indexOf('Find a spokesperson.')).toBeGreaterThan(shown.indexOf('Maybe actions: decide for yourself (1)'));
  });

  test('gives a computed date beside the words of the source', () => {
    expect(texts(exampleResult())).toContain('Tuesday 2 March 2027 (“Tuesday 2 March”): Consultation closes [1]');
  });

  test('folds away each quote with its place', () => {
    const card = answerCard(exampleResult());
    const toggle = card.body.find((element) => element.type === 'ActionSet');
    expect(toggle?.actions[0]).toEqual({
      type: 'Action.ToggleVisibility',
      title: 'Show or hide the quotes (4)',
      targetElements: ['quotes'],
    });
    expect(card.body.find((element) => element.type === 'Container' && element.id === 'quotes')).toMatchObject({ isVisible: false });
    expect(cardTexts(card)).toContain('[2] “The words of the source number 2.”');
    expect(cardTexts(card)).toContain('Launch plan.docx, page 2, paragraph 2');
  });

  test('shows notices and what the surface could not read', () => {
    const shown = texts(exampleResult(), ['The link to Gone.docx has run out.']);
    expect(shown).toContain('The link to Gone.docx has run out.');
    expect(shown).toContain('Pages 9 to 12 are not covered by any point.');
  });

  test('ends with who made it', () => {
    expect(texts(exampleResult()).at(-1)).toMatch(/^Made by gpt-4o/u);
  });
});

describe('other answers', () => {
  test('the offline engine’s is called what it is', () => {
    expect(texts(offlineResult())[1]).toBe('Key sentences (offline engine, no AI)');
    expect(texts(offlineResult({ notices: [{ code: 'offline-engine', message: 'Twice the same.' }] })).join()).not.toContain(
      'Twice the same.',
    );
  });

  test('a draft can be read and copied whole, is not sent, and lists what to check', () => {
    const shown = texts(exampleResult({ task: 'draft-reply', output: draft }));
    expect(shown).toEqual(
      expect.arrayContaining([
        'Subject: Re: Launch plan',
        'Dear Helen,',
        'I can confirm 9 December.',
        'Kind regards',
        'Priya',
        'Not sent. Copy it into your reply.',
      ]),
    );
    expect(shown).toContain('I can confirm 9 December. [1] – Not found in the source; a date here is not in the source. Check it.');
    expect(shown).toContain('Can you do Tuesday? – covered by the draft');
    expect(shown).toContain('Who signs it off? – not answered: add it yourself');
  });

  test('an answer that was not found says so', () => {
    expect(texts(exampleResult({ task: 'answer', output: { kind: 'answer', answer: [], found: false } }))).toContain(
      'The source does not answer this.',
    );
  });

  test('no actions is said, not shown as an empty card', () => {
    expect(texts(exampleResult({ task: 'extract-actions', output: { kind: 'actions', actions: [] } }))).toContain('No actions were found.');
  });

  test('a raised marking stands in a band of its own', () => {
    const marking = {
      ...exampleResult().marking,
      sensitive: true,
      handling: ['RECIPIENTS ONLY'],
      text: 'OFFICIAL-SENSITIVE RECIPIENTS ONLY',
    };
    const [band] = answerCard(exampleResult({ marking })).body;
    expect(band).toMatchObject({ type: 'Container', style: 'warning' });
    expect(words(exampleResult({ marking }))).toMatch(/^OFFICIAL-SENSITIVE RECIPIENTS ONLY/u);
  });
});

describe('any card', () => {
  const action: Action = { ...statement('Send it'), sure: true, yours: false, who: 'Tom', due: 'Friday' };
  const outputs: [string, TaskOutput][] = [
    ['a summary', exampleResult().output],
    ['actions', { kind: 'actions', actions: [action] }],
    ['a draft', draft],
    ['an answer', { kind: 'answer', answer: [statement('It is Helen.')], found: true }],
  ];

  test.each(outputs)('for %s is read by Microsoft’s own library without a complaint', (_name, output) => {
    expect(cardProblems(answerCard(exampleResult({ output })))).toEqual([]);
  });

  test('of ours is too: welcome, choice, sample thread', () => {
    const choices = [{ task: 'summarise' as const, label: 'Summarise it' }];
    for (const card of [welcomeCard(), choiceCard('Which?', choices, 'p-1'), sampleThreadCard(sampleThread)])
      expect(cardProblems(card)).toEqual([]);
  });

  test('the check itself sees an element that does not exist', () => {
    const bad = { ...welcomeCard(), body: [{ type: 'RichTextBlok', inlines: [] }] } as unknown as AdaptiveCard;
    expect(cardProblems(bad)).not.toEqual([]);
  });

  test('puts hostile text in text runs only: no link, picture, markdown block or expression', () => {
    const hostile = '[click](https://evil.example) ![x](https://evil.example/p.png) ${secret} <img src=x>';
    const output: TaskOutput = {
      kind: 'summary',
      headline: statement(hostile),
      points: [statement(hostile)],
      actions: [{ ...action, text: hostile, who: hostile, due: hostile }],
      dates: [{ ...statement(hostile), said: hostile }],
      questions: [statement(hostile)],
    };
    const result = exampleResult({
      output,
      sources: [{ kind: 'document', name: hostile }],
      notices: [{ code: 'not-found', message: hostile }],
    });
    const types = new Set<string>();
    JSON.stringify(
      answerCard(
        { ...result, citations: result.citations.map((citation) => ({ ...citation, quote: hostile, locator: { heading: hostile } })) },
        [hostile],
      ),
      (key, value: unknown) => {
        if (key === 'type' && typeof value === 'string') types.add(value);
        return value;
      },
    );
    expect([...types].sort()).toEqual([
      'Action.ToggleVisibility',
      'ActionSet',
      'AdaptiveCard',
      'Column',
      'ColumnSet',
      'Container',
      'RichTextBlock',
      'TextRun',
    ]);
  });

  test('stays within 28 KB whatever the answer holds, is still a card, and says what it leaves out', () => {
    const text = fc.string({ unit: 'binary', maxLength: 3_000 });
    const statements = fc.array(
      text.map((words_) => statement(words_)),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(text, statements, fc.integer({ min: 0, max: 120 }), (headline, points, count) => {
        const [cited] = exampleResult().citations;
        if (!cited) throw new Error('The example has no citation.');
        const citations = Array.from({ length: count }, (_, index) => ({ ...cited, id: index + 1, quote: headline.repeat(3) }));
        const result = exampleResult({
          output: {
            kind: 'summary',
            headline: statement(headline),
            points,
            actions: points.map((point) => ({ ...point, sure: true, yours: false })),
            dates: [],
            questions: points,
          },
          citations,
        });
        const card = answerCard(
          result,
          points.map((point) => point.text),
        );
        expect(cardBytes(card)).toBeLessThanOrEqual(MAX_CARD_BYTES);
        expect(cardTexts(card)[0]).toBe('OFFICIAL');
      }),
      { numRuns: 40 },
    );
  });

  test('of sixty long points counts what it leaves out', () => {
    const points = Array.from({ length: 60 }, (_, index) =>
      statement(`Point ${index + 1}. ${'The board agreed to review the grant scheme in the spring. '.repeat(10)}`),
    );
    const shown = words(
      exampleResult({ output: { kind: 'summary', headline: statement('Sixty.'), points, actions: [], dates: [], questions: [] } }),
    );
    const left = Number(/Cut to fit in Teams: (\d+) points/u.exec(shown)?.[1]);
    const kept = shown.split('\n').filter((text) => text.startsWith('Point ')).length;
    expect(kept + left).toBe(60);
    expect(kept).toBeGreaterThanOrEqual(12);
  });

  test('of a very long draft says how much of it is missing', () => {
    const body = 'The board agreed to review the grant scheme in the spring.\n\n'.repeat(900);
    const shown = words(exampleResult({ task: 'draft-reply', output: { ...draft, body } }));
    expect(shown).toMatch(/Cut to fit in Teams: [\d,]+ characters of the draft, 1 question not shown/u);
  });
});
