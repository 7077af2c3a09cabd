import { describe, expect, test } from '@jest/globals';
import { offlineSummarise } from '../../../shared/tasks/offline/offline-summarise.ts';
import { inputOf, messagesOf, minuteMailInput, passagesOf } from './offline-input.ts';

const texts = (statements: readonly { text: string }[]): string[] => statements.map(({ text }) => text);

describe('a private secretary’s mail', () => {
  const summary = offlineSummarise(minuteMailInput());

  test('the headline is the news, not the thanks', () => {
    expect(summary.headline.text).toMatch(/^The Minister has now read it and is minded to extend the £3 cap/u);
    expect(summary.headline.text).toBe(summary.headline.evidence[0]?.quote);
  });

  test('requests stand among the actions, with owner and date, and not again among the points or questions', () => {
    expect(summary.actions.map(({ who, due }) => [who, due])).toEqual([
      ['you', 'by noon on Thursday'],
      ['Priya', null],
      ['Tom Whitfield', 'tomorrow'],
      [null, 'by COP Friday 27 November'],
    ]);
    expect(texts(summary.points)).not.toContain('Could you let me have revised lines to take by noon on Thursday?');
    expect(texts(summary.questions)).toEqual([
      '1. What would it cost to include coaches?',
      '2. Have the devolved administrations been consulted?',
    ]);
  });

  test('dates are those to come that are no action’s own', () => {
    expect(summary.dates.map(({ said }) => said)).toEqual(['31 March 2027']);
  });

  test('greetings, thanks and the writer’s grade are no points', () => {
    expect(texts(summary.points).join(' ')).not.toMatch(/Hi Sam|Thank you|Kind regards|Whitfield|Deputy/u);
  });
});

describe('how much', () => {
  const long = passagesOf(
    Array.from(
      { length: 60 },
      (_, at) =>
        `In region ${at} the ${['bus', 'rail', 'ferry', 'tram'][at % 4] ?? ''} service carried ${['fewer', 'more'][at % 2] ?? ''} people on route ${String.fromCharCode(97 + (at % 26))}x than the ${['budget', 'forecast', 'survey'][at % 3] ?? ''} assumed.`,
    ),
  );

  test.each([
    ['short', 3],
    ['standard', 5],
    ['detailed', 8],
  ] as const)('%s has %d points, in reading order', (length, count) => {
    const { points } = offlineSummarise(inputOf(long, { options: { length } }));
    expect(points).toHaveLength(count);
    const places = points.map(({ evidence }) => Number(evidence[0]?.passage.slice(1)));
    expect(places).toEqual([...places].sort((one, other) => one - other));
  });

  test('a long document has more, to a limit', () => {
    const longer = passagesOf(
      Array.from(
        { length: 900 },
        (_, at) =>
          `Paragraph ${at} says how the ${String.fromCharCode(97 + (at % 26))}${String.fromCharCode(97 + (at % 7))}ism of region ${at % 40} changed its ${['budget', 'staffing', 'scope'][at % 3] ?? ''} during the year.`,
      ),
    );
    expect(offlineSummarise(inputOf(longer)).points).toHaveLength(8);
    expect(offlineSummarise(inputOf(longer, { options: { length: 'detailed' } })).points).toHaveLength(14);
  });

  test('a short text is not said again whole', () => {
    const { points } = offlineSummarise(
      inputOf(
        passagesOf([
          'The board met on the new rules. It agreed the timetable for the pilot. Officials will report in the spring. The pilot covers four regions.',
        ]),
      ),
    );
    expect(points.length).toBeLessThanOrEqual(2);
  });
});

test('one sentence is its own headline, and nothing is made up beside it', () => {
  const summary = offlineSummarise(inputOf(passagesOf(['The review reports in the spring.'])));
  expect(summary).toEqual({
    headline: { text: 'The review reports in the spring.', evidence: [{ passage: 'p1', quote: 'The review reports in the spring.' }] },
    points: [],
    actions: [],
    dates: [],
    questions: [],
  });
});

test('a day that passes with the day itself is no date to keep', () => {
  const summary = offlineSummarise(
    inputOf(
      passagesOf([
        'The board met today and agreed the plan for the pilot in four regions.',
        'The pilot opens on 1 March 2027 in the first of them.',
      ]),
    ),
  );
  expect(summary.dates.map(({ said }) => said)).toEqual(['on 1 March 2027']);
});

test('in a long document "by Friday" is somebody else’s Friday, and "should" is its subject', () => {
  const body = Array.from(
    { length: 80 },
    (_, at) => `Section ${at} sets out how the ${String.fromCharCode(97 + (at % 26))} scheme works in region ${at}.`,
  );
  const summary = offlineSummarise(
    inputOf(
      passagesOf([
        ...body,
        'Returns are due by Friday.',
        'The scheme closes on 30 June 2027.',
        'Departments should consider their own estates.',
      ]),
    ),
  );
  expect(summary.dates.map(({ said }) => said)).toEqual(['on 30 June 2027']);
  expect(summary.actions).toEqual([]);
});

test('in a thread each message counts, and what was asked in it is found', () => {
  const summary = offlineSummarise(
    inputOf(
      messagesOf([
        ['Priya Okafor', 'The Treasury has agreed the £12.5m for rural bus services for one more year.'],
        ['Tom Whitfield', 'Great news! Could you send the confirmation letter to the private office by Friday?'],
        ['Sam Carter', 'I will send the letter tomorrow.'],
      ]),
    ),
  );
  expect(summary.headline.text).toMatch(/^The Treasury has agreed/u);
  expect(summary.actions.map(({ who, due }) => [who, due])).toEqual([
    ['you', 'by Friday'],
    ['Sam Carter', 'tomorrow'],
  ]);
});

test('a newsletter’s small print is not its news', () => {
  const summary = offlineSummarise(
    inputOf(
      passagesOf([
        'View this email in your browser',
        'The Civil Service Policy Profession has opened its spring training programme to all grades this year.',
        'Places on the evidence course in Leeds are free and are given in the order of booking.',
        'You are receiving this email because you subscribed to our newsletter.',
        'To unsubscribe, click here.',
        '© Crown copyright',
      ]),
    ),
  );
  expect([summary.headline, ...summary.points].map(({ text }) => text).join(' ')).not.toMatch(/browser|receiving|unsubscribe|copyright/iu);
  expect(summary.actions).toEqual([]);
});

test('of a mail with a longer attachment, the headline and half of the points are the mail’s own', () => {
  const mail = passagesOf([
    'The Minister visits Calder Valley on Thursday and needs a new briefing note.',
    'The insurance section of the note is out of date and must change.',
    'The train has to be booked today by the private office.',
  ]);
  const attached = passagesOf(
    Array.from(
      { length: 30 },
      (_, at) => `Household number ${at} applied for a flood resilience grant and waits for a survey of its home.`,
    ),
    { source: 1 },
  );
  const passages = [...mail, ...attached].map((passage, at) => ({ ...passage, id: `p${at + 1}` }));
  const { headline, points } = offlineSummarise(inputOf(passages, { envelope: { from: 'Tom Okafor', subject: 'Visit' } }));
  const ofMail = new Set(mail.map((_, at) => `p${at + 1}`));
  expect(ofMail).toContain(headline.evidence[0]?.passage);
  expect(points.filter(({ evidence }) => ofMail.has(evidence[0]?.passage ?? '')).length).toBeGreaterThan(0);
  expect(points.some(({ evidence }) => !ofMail.has(evidence[0]?.passage ?? ''))).toBe(true);
});

test('a line that only leads to a list is no action', () => {
  const { actions } = offlineSummarise(inputOf(passagesOf(['What you need to do:', 'Clear your desk by Thursday 26 November.'])));
  expect(actions.map(({ text }) => text)).not.toContain('What you need to do:');
});

test('a question with a date wants an answer, unless it asks for something to be done', () => {
  const { actions, questions } = offlineSummarise(
    inputOf(
      passagesOf([
        'The paper goes to the board in December.',
        'Are we still aiming for Tuesday 8 December?',
        'Daniel, could you send the questionnaire by Wednesday 2 December?',
      ]),
    ),
  );
  expect(actions.map(({ text }) => text)).toEqual(['Daniel, could you send the questionnaire by Wednesday 2 December?']);
  expect(questions.map(({ text }) => text)).toEqual(['Are we still aiming for Tuesday 8 December?']);
});
