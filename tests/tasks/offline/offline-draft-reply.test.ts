import { describe, expect, test } from '@jest/globals';
import { offlineDraftReply } from '../../../shared/tasks/offline/offline-draft-reply.ts';
import { greetingName, ownWords, plainSubject } from '../../../shared/tasks/offline/reply-words.ts';
import { inputOf, messagesOf, minuteMailInput, passagesOf } from './offline-input.ts';

const body = (input: ReturnType<typeof minuteMailInput>): string =>
  offlineDraftReply(input)
    .paragraphs.map(({ text }) => text)
    .join('\n\n');

describe('a reply', () => {
  test('greets by first name, names the subject, takes up each question in the sender’s words, and signs with the asker’s name', () => {
    expect(body(minuteMailInput())).toBe(
      [
        'Hello Tom,',
        'Thank you for your message about “Bus fare cap”.',
        'You asked: “Could you let me have revised lines to take by noon on Thursday?” [Your answer.]',
        'You asked: “What would it cost to include coaches?” [Your answer.]',
        'You asked: “Have the devolved administrations been consulted?” [Your answer.]',
        'Please let me know if you need anything else.',
        'Kind regards,\nSam Carter',
      ].join('\n\n'),
    );
  });

  test('lists each question, answered only where the stance answers it', () => {
    const addressed = (stance: 'accept' | 'decline' | 'holding' | undefined): boolean[] =>
      offlineDraftReply(minuteMailInput({ options: stance ? { stance } : {} })).answers.map((answer) => answer.addressed);
    expect(addressed(undefined)).toEqual([false, false, false]);
    expect(addressed('accept')).toEqual([true, false, false]);
    expect(addressed('decline')).toEqual([true, false, false]);
    expect(addressed('holding')).toEqual([false, false, false]);
  });

  test('does not take on what somebody else was asked', () => {
    expect(body(minuteMailInput({ options: { stance: 'accept' } }))).not.toContain('ridership');
  });

  test.each([
    ['accept', 'Yes, I am happy to agree to this.', 'Yes, I will do this. [Check that you can meet: by noon on Thursday.]'],
    [
      'decline',
      'I am sorry, but I am not able to agree to this. [Reason, if you want to give one.]',
      'I am not able to do this. [Reason, or what you can offer instead.]',
    ],
    ['holding', 'I am looking into this and will reply in full by [date].', 'I am looking into this.'],
  ] as const)('stance %s', (stance, opening, reaction) => {
    const text = body(minuteMailInput({ options: { stance } }));
    expect(text).toContain(opening);
    expect(text).toContain(`by noon on Thursday?” ${reaction}`);
  });

  test.each([
    ['neutral', 'Hello Tom,', 'Kind regards,'],
    ['warm', 'Hi Tom,', 'Best wishes,'],
    ['formal', 'Dear Tom,', 'Yours sincerely,'],
    ['firm', 'Dear Tom,', 'Regards,'],
  ] as const)('tone %s', (tone, greeting, signOff) => {
    const text = body(minuteMailInput({ options: { tone } }));
    expect(text.startsWith(greeting)).toBe(true);
    expect(text.endsWith(`${signOff}\nSam Carter`)).toBe(true);
  });

  test('is shorter when short and says what comes next when detailed', () => {
    const lengthOf = (length: 'short' | 'standard' | 'detailed'): number => body(minuteMailInput({ options: { length } })).length;
    expect(lengthOf('short')).toBeLessThan(lengthOf('standard'));
    expect(lengthOf('standard')).toBeLessThan(lengthOf('detailed'));
    expect(body(minuteMailInput({ options: { length: 'detailed' } }))).toContain(
      'What happens next: [next step, who does it and by when].',
    );
  });

  test('carries the asker’s own words', () => {
    const words = { instruction: 'Say yes, but after Friday' };
    expect(body(minuteMailInput(words))).toContain('\n\nYes, but after Friday.\n\n');
    const one = offlineDraftReply(inputOf(passagesOf(['Could you speak at our event?']), words));
    expect(one.answers).toEqual([{ question: 'Could you speak at our event?', addressed: true }]);
    expect(one.paragraphs.map(({ text }) => text)).toContain('You asked: “Could you speak at our event?”');
  });

  test('with no name, no subject and nothing asked there is still something to edit', () => {
    expect(body(inputOf(passagesOf(['The office is closed on Monday.']), { asker: {} }))).toBe(
      [
        'Hello,',
        'Thank you for your message.',
        '[Your reply.]',
        'Please let me know if you need anything else.',
        'Kind regards,\n[Your name]',
      ].join('\n\n'),
    );
  });

  test('in a thread the newest message of somebody else is answered', () => {
    const text = body(
      inputOf(
        messagesOf([
          ['Priya Okafor', 'Could you send the annex?'],
          ['Tom Whitfield', 'Are you free on Thursday?'],
          ['Sam Carter', 'Could you all wait a day?'],
        ]),
      ),
    );
    expect(text).toContain('Hello Tom,');
    expect(text).toContain('Are you free on Thursday?');
    expect(text).not.toMatch(/annex|wait a day/u);
  });
});

describe('whom to greet', () => {
  test.each([
    ['Tom Whitfield', 'Tom'],
    ['Whitfield, Tom (DfT)', 'Tom'],
    ['Dr Priya Okafor', 'Priya'],
    ['Dr Okafor', 'Dr Okafor'],
    ['Bus Policy Team', undefined],
    ['noreply@example.org', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s: %s', (from, name) => {
    expect(greetingName(from, false)).toBe(name);
  });

  test('formally by title and surname where a title is known', () => {
    expect(greetingName('Dr Priya Okafor', true)).toBe('Dr Okafor');
  });
});

test.each([
  ['RE: FW: [OFFICIAL] Bus fare cap', 'Bus fare cap'],
  ['OFFICIAL - SENSITIVE: Pay', 'Pay'],
  ['OFFICIAL-SENSITIVE COMMERCIAL: grants review', 'grants review'],
  ['OFFICIAL: visit', 'visit'],
  ['Official statistics', 'Official statistics'],
  ['Re:', undefined],
  [undefined, undefined],
])('the subject %s is said as %s', (subject, said) => {
  expect(plainSubject(subject)).toBe(said);
});

test.each([
  ['say yes, but after Friday', 'Yes, but after Friday.'],
  ['Draft a reply saying we can send the lines by Wednesday', 'We can send the lines by Wednesday.'],
  ['Tell them that we cannot make Thursday', 'We cannot make Thursday.'],
  ['ask for the papers first', '[To write: ask for the papers first]'],
  ['Draft a short, friendly reply to this email', undefined],
  ['reply', undefined],
  ['decline politely', undefined],
  ['Draft a holding reply', undefined],
  ['', undefined],
])('the instruction “%s” gives %s', (instruction, words) => {
  expect(ownWords(instruction)).toBe(words);
});

test('a mail that quotes earlier ones is answered as to its newest message, by the name of who wrote that', () => {
  const passages = [
    ...passagesOf(['Sam, can you confirm the total by Tuesday?'], { locator: { message: 1, author: 'Priya Shah' } }),
    ...passagesOf(['Please provide a draft by 19 November.'], { role: 'quoted', locator: { message: 2, author: 'Parliamentary Team' } }),
  ].map((passage, at) => ({ ...passage, id: `p${at + 1}` }));
  const { paragraphs } = offlineDraftReply(inputOf(passages));
  expect(paragraphs[0]?.text).toBe('Hello Priya,');
  expect(paragraphs.map(({ text }) => text).join('\n')).toMatch(/confirm the total/u);
  expect(paragraphs.map(({ text }) => text).join('\n')).not.toMatch(/19 November/u);
});

test('a letter that greets the asker by title and surname has its questions taken up', () => {
  const passages = passagesOf(['Dear Mr Carter,', 'When will homes be offered a survey?', 'Can a household claim the cost?']);
  expect(offlineDraftReply(inputOf(passages)).answers.map(({ question }) => question)).toEqual([
    'When will homes be offered a survey?',
    'Can a household claim the cost?',
  ]);
});
