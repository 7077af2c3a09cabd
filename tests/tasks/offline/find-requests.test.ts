import { describe, expect, test } from '@jest/globals';
import { findRequests } from '../../../shared/tasks/offline/find-requests.ts';
import { requestTier } from '../../../shared/tasks/offline/request-tier.ts';
import { sentencesOf } from '../../../shared/tasks/offline/sentences.ts';
import { inputOf, messagesOf, minuteMailInput, passagesOf } from './offline-input.ts';

describe('the two tiers', () => {
  test.each([
    'Please send me the figures.',
    'Could you check the annex?',
    'Let me know if Thursday works.',
    'Let’s meet on Monday to agree the lines.',
    'I would be grateful for your comments.',
    'Are you free at noon?',
    'Priya to confirm the ridership figures.',
    'Action: Jo to circulate the minutes.',
    'We need you to clear this today.',
  ])('sure: %s', (text) => {
    expect(requestTier(text)).toBe('sure');
  });

  test.each([
    'It would be good to have comments this week.',
    'We should speak to the Treasury first.',
    'I will circulate a draft tomorrow.',
    'The annex needs to be signed off.',
    'How many responses came in?',
    'Send the revised draft to the board.',
  ])('maybe: %s', (text) => {
    expect(requestTier(text)).toBe('maybe');
  });

  test.each([
    'The Minister has read the note.',
    'Please find attached the annual report.',
    'Please note that the office is closed.',
    'Please do not hesitate to contact me.',
    'If you have any questions, please call us.',
    'This is a policy sure to please the public.',
    'Happy to discuss.',
    'He asked: “Could you send me the papers?”',
    'See https://example.org/list?',
    'For further information please contact the team.',
    'Contact Point',
    'E-mail: team@example.gov.uk',
  ])('none: %s', (text) => {
    expect(requestTier(text)).toBeUndefined();
  });
});

describe('who and by when', () => {
  const asked = (text: string, changes = {}): { who: string | null; due: string | null } | undefined => {
    const input = inputOf(passagesOf([text]), changes);
    return findRequests(sentencesOf(input.passages), input)[0];
  };

  test.each([
    ['Priya to confirm the figures by Friday.', 'Priya', 'by Friday'],
    ['Priya and Tom to draft the annex before 4 December.', 'Priya and Tom', 'before 4 December'],
    ['Could you send it by noon on Tuesday?', 'you', 'by noon on Tuesday'],
    ['Could Priya send the figures within 10 working days?', 'Priya', 'within 10 working days'],
    ['Sam, please check the annex.', 'Sam', null],
    ['Officials will provide advice by the end of the month.', 'Officials', 'by the end of the month'],
    ['Let’s meet on Thursday.', null, 'on Thursday'],
    ['It would be good to have this.', null, null],
  ])('%s', (text, who, due) => {
    expect(asked(text)).toMatchObject({ who, due });
  });

  test('a promise is the writer’s, as people say the name', () => {
    expect(asked('I will circulate a draft tomorrow.', { envelope: { from: 'Whitfield, Tom (DfT)', subject: 'x' } })).toMatchObject({
      who: 'Tom Whitfield',
      due: 'tomorrow',
      sure: false,
    });
  });

  test('what a message to somebody else asks is not asked of the asker', () => {
    const input = inputOf(passagesOf(['Hi Priya,', 'Could you send me the figures?']));
    expect(findRequests(sentencesOf(input.passages), input)[0]?.who).toBe('Priya');
    const toSam = inputOf(passagesOf(['Hi Sam,', 'Could you send me the figures?']));
    expect(findRequests(sentencesOf(toSam.passages), toSam)[0]?.who).toBe('you');
  });

  test('what the asker wrote in a thread is not asked of the asker', () => {
    const input = inputOf(
      messagesOf([
        ['Sam Carter', 'Can you all send me your figures?'],
        ['Priya Okafor', 'Could you say which years you need?'],
      ]),
    );
    expect(findRequests(sentencesOf(input.passages), input).map(({ who }) => who)).toEqual([null, 'you']);
  });

  test('a deadline is rather the date with "by" than another date in the sentence', () => {
    expect(asked('Further to the meeting on 2 December, please reply by 11 December.')?.due).toBe('by 11 December');
  });
});

test('requests come once, in reading order, and a quoted layer or a signature asks nothing', () => {
  const input = inputOf([
    ...passagesOf(['Please send the figures.', 'Please send the figures.']),
    { id: 'p3', source: 0, text: 'Please sign the form.', role: 'quoted', locator: {} },
    { id: 'p4', source: 0, text: 'Please recycle this mail.', role: 'signature', locator: {} },
  ]);
  expect(findRequests(sentencesOf(input.passages), input).map(({ sentence }) => sentence.text)).toEqual(['Please send the figures.']);
});

test('a mail that is only a quoted layer still shows what it asks', () => {
  const input = inputOf(passagesOf(['Please sign the form.'], { role: 'quoted' }));
  expect(findRequests(sentencesOf(input.passages), input)).toHaveLength(1);
});

test('a private secretary’s mail: request, owner, promise and questions', () => {
  const input = minuteMailInput();
  const found = findRequests(sentencesOf(input.passages), input);
  expect(found.map(({ who, due, sure }) => [who, due, sure])).toEqual([
    ['you', 'by noon on Thursday', true],
    ['Priya', null, true],
    ['you', null, false],
    ['you', null, false],
    ['Tom Whitfield', 'tomorrow', false],
    [null, 'by COP Friday 27 November', false],
  ]);
});
