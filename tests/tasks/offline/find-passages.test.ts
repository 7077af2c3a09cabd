import { describe, expect, test } from '@jest/globals';
import { findPassages } from '../../../shared/tasks/offline/find-passages.ts';
import { answerKind, hasKind, namedAuthors, wantedTerms } from '../../../shared/tasks/offline/question-terms.ts';
import { messagesOf, minuteMail, passagesOf } from './offline-input.ts';

function answer(question: string, passages = passagesOf(minuteMail)): string[] {
  return findPassages({ question, passages, limit: 5 }).sentences.map(({ text }) => text);
}

describe('a question to a short mail', () => {
  test('is met by the one sentence that answers it', () => {
    expect(answer('When are the lines to take due?')).toEqual(['Could you let me have revised lines to take by noon on Thursday?']);
    expect(answer('How much will the extension cost?')).toEqual([minuteMail[1]?.split('. ')[1]]);
  });

  test.each(['Who is the chief scientist?', 'What is the policy on nuclear submarines?', 'When does the museum open?'])(
    'finds nothing where the mail does not speak of it: %s',
    (question) => {
      expect(findPassages({ question, passages: passagesOf(minuteMail), limit: 5 })).toMatchObject({ found: false, sentences: [] });
    },
  );

  test('finds nothing in nothing, and nothing for no question', () => {
    expect(findPassages({ question: 'What is due?', passages: [], limit: 5 })).toEqual({ found: false, sentences: [], coverage: 0 });
    expect(findPassages({ question: '', passages: passagesOf(minuteMail), limit: 5 }).found).toBe(false);
    expect(findPassages({ question: '???', passages: passagesOf(minuteMail), limit: 5 }).found).toBe(false);
  });
});

describe('a question to a long discussion', () => {
  const filler = (about: string, turns: number): [string, string][] =>
    Array.from({ length: turns }, (_, at) => [
      `Member ${at % 3}`,
      `The ${about} matter was raised in the evidence session by witness number ${at} at some length.`,
    ]);
  const turns: [string, string][] = [
    ...filler('housing', 40),
    ['Priya Okafor', 'On ferry subsidies, the islands told us that winter sailings are the first to go.'],
    ['Tom Whitfield', 'The subsidies for those sailings run out in March, and nobody has offered to renew them.'],
    ['Priya Okafor', 'Then the ferry operators will have to choose between the islands.'],
    ...filler('schools', 40),
    ['Member 1', 'A ferry was mentioned in passing.'],
    ...filler('hospital', 40),
  ];
  const passages = messagesOf(turns);

  test('finds the discussion rather than a lone mention elsewhere', () => {
    const found = findPassages({ question: 'What did the group discuss about the ferry subsidies?', passages, limit: 3 });
    expect(found.sentences.map(({ passage }) => passage.locator.message)).toEqual([41, 42, 43]);
  });

  test('prefers the words of the person who is named, by first name or whole', () => {
    for (const name of ['Tom', 'Tom Whitfield', 'TomWhitfield']) {
      const found = findPassages({ question: `What did ${name} say about the ferry subsidies?`, passages, limit: 1 });
      expect(found.sentences[0]?.passage.locator.author).toBe('Tom Whitfield');
    }
  });

  test('never answers with a heading, a greeting or an added line', () => {
    const found = findPassages({
      question: 'ferry subsidies',
      passages: [
        ...passagesOf(['Ferry subsidies'], { role: 'heading' }),
        ...passagesOf(['Unsubscribe from ferry subsidies news here.', 'The ferry subsidies end in March next year.']),
      ],
      limit: 5,
    });
    expect(found.sentences.map(({ text }) => text)).toEqual(['The ferry subsidies end in March next year.']);
  });
});

describe('a question to a form or a report', () => {
  const passages = passagesOf([
    'What will the scheme cost?',
    'Cost of the scheme',
    'The scheme will cost the department £12.5m a year.',
    'The scheme will cost the department £12.5m a year.',
    '12. The scheme covers four regions and their councils.',
  ]);

  test('is met by the sum, once, and not by the question or the heading', () => {
    const { sentences } = findPassages({ question: 'How much will the scheme cost?', passages, limit: 1 });
    expect(sentences.map(({ text }) => text)).toEqual(['The scheme will cost the department £12.5m a year.']);
    const all = findPassages({ question: 'How much will the scheme cost?', passages, limit: 5 }).sentences.map(({ text }) => text);
    expect(new Set(all).size).toBe(all.length);
  });

  test('the number of a paragraph is no figure', () => {
    expect(hasKind('amount', '12. The scheme covers regions.')).toBe(false);
    expect(hasKind('amount', '12. The scheme covers 4 regions.')).toBe(true);
    expect(hasKind('money', 'It covers 4 regions.')).toBe(false);
  });
});

describe('what a question asks for', () => {
  test('words of asking are no subject, unless there is no other', () => {
    expect(wantedTerms('Summarize the discussion about ferry subsidies.').map(({ term }) => term)).toEqual(['ferri', 'subsidi']);
    expect(wantedTerms('the discussion').map(({ term }) => term)).toEqual(['discuss']);
  });

  test('a time, an amount, money or anything', () => {
    expect(answerKind('When is the reply due?')).toBe('time');
    expect(answerKind('How many councils replied?')).toBe('amount');
    expect(answerKind('How much does it cost?')).toBe('money');
    expect(answerKind('Why was it refused?')).toBe('any');
  });

  test('a surname that two share names nobody by a first name that neither has', () => {
    expect([...namedAuthors('What did Anne think?', ['Tom Evans', 'Mary Evans'])]).toEqual([]);
    expect([...namedAuthors('What did Mary think?', ['Tom Evans', 'Mary Evans'])]).toEqual(['Mary Evans']);
    expect([...namedAuthors('What did the Project Manager think?', ['Project Manager', 'Marketing'])]).toEqual(['Project Manager']);
  });
});
