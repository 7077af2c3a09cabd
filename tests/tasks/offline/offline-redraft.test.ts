import { describe, expect, test } from '@jest/globals';
import type { TaskOptions } from '../../../shared/contract/task-request.ts';
import { offlineRedraft } from '../../../shared/tasks/offline/offline-redraft.ts';
import { plainWords, slips } from '../../../shared/tasks/offline/plain-words.ts';
import { replaceWords, tidyGrammar } from '../../../shared/tasks/offline/rewrite-text.ts';
import { inputOf, passagesOf } from './offline-input.ts';

const letter = [
  'Dear Tom,',
  'I was wondering if you could send me the figures prior to the meeting, if possible. We utilise them in order to brief the Minister.',
  'The previous figures were in excess of what we expected for rural services. A number of colleagues have commented on this. The Treasury has asked about it twice since the summer.',
  'Regards',
  'Sam',
];

function redraft(change: TaskOptions['change'], texts: readonly string[] = letter): string[] {
  return offlineRedraft(inputOf(passagesOf(texts), { options: change ? { change } : {} })).paragraphs.map(({ text }) => text);
}

describe('shorter', () => {
  test('keeps whole sentences, at most half the words, the request, the greeting and the name', () => {
    const text = redraft('shorter');
    const words = (all: readonly string[]): number => all.join(' ').split(/\s+/u).length;
    expect(words(text)).toBeLessThanOrEqual(words(letter) / 2 + 4);
    expect(text[0]).toBe('Dear Tom,');
    expect(text.slice(-2)).toEqual(['Regards', 'Sam']);
    expect(text.join(' ')).toContain('I was wondering if you could send me the figures prior to the meeting, if possible.');
  });

  test('keeps what it asks for, though the rest says more', () => {
    const request = 'Could you tell the private office by Friday which of these you would rather drop first?';
    const text = redraft('shorter', [
      'The department extended the rural bus fare cap for the year in every region. The rural bus fare cap has slowed the fall of bus passengers in every region.',
      request,
      'The rural bus fare cap costs the department more every year in every region. Every region says that the rural bus fare cap helps the department.',
    ]);
    expect(text).toContain(request);
  });

  test('one sentence stays', () => {
    expect(redraft('shorter', ['The review reports in the spring.'])).toEqual(['The review reports in the spring.']);
  });
});

test('bullets give each sentence a line of its own and leave the frame of the letter', () => {
  const text = redraft('bullets');
  expect(text[0]).toBe('Dear Tom,');
  expect(text.filter((line) => line.startsWith('- '))).toHaveLength(5);
  expect(redraft('bullets', ['1. first thing here is this. 2. The second thing is that.'])[0]).toBe('- First thing here is this.');
});

describe('plain English', () => {
  test('replaces officialese and keeps capitals, figures and quotations', () => {
    expect(redraft('plain-english')[1]).toBe(
      'I was wondering if you could send me the figures before the meeting, if possible. We use them to brief the Minister.',
    );
    expect(replaceWords('Prior to 4 May 2027 we commenced work. The Act says “prior to commencement”.', plainWords)).toBe(
      'Before 4 May 2027 we started work. The Act says “prior to commencement”.',
    );
    expect(replaceWords('It should be noted that costs rose.', plainWords)).toBe('Costs rose.');
  });

  test('a text without officialese is not touched, not even its spaces', () => {
    expect(replaceWords('Costs  rose ,twice.', plainWords)).toBe('Costs  rose ,twice.');
  });

  test('no plain word is itself officialese, and no entry stands twice', () => {
    const from = plainWords.map(([officialese]) => officialese);
    expect(new Set(from).size).toBe(from.length);
    for (const [, plain] of plainWords) expect(from).not.toContain(plain);
  });
});

describe('grammar', () => {
  test.each([
    ['i think the the plan  works ,and it doesnt cost more.', 'I think the plan works, and it doesn’t cost more.'],
    ['We recieved it. it was seperate!!', 'We received it. It was separate!'],
    ['He said that that was it, and had had enough.', 'He said that that was it, and had had enough.'],
    ['See e.g. this one and No. 10, at 3.30pm, i.e. later.', 'See e.g. this one and No. 10, at 3.30pm, i.e. later.'],
    ['It cost £1,250,000 (see www.example.org/a,b).', 'It cost £1,250,000 (see www.example.org/a,b).'],
    ['Write to sam.carter@example.org. iPhone users too.', 'Write to sam.carter@example.org. iPhone users too.'],
    ['Yes, I am', 'Yes, I am'],
  ])('%s', (text, right) => {
    expect(tidyGrammar(text, slips)).toBe(right);
  });

  test('is what is done where no change is named', () => {
    expect(redraft(undefined, ['we recieved it.'])).toEqual(['We received it.']);
  });

  test('done twice changes nothing more', () => {
    const once = tidyGrammar('i think the the plan  works ,and it doesnt cost more.', slips);
    expect(tidyGrammar(once, slips)).toBe(once);
  });
});

test('firmer takes the softening out and asks for a date, before the sign-off', () => {
  const text = redraft('firmer');
  expect(text[1]).toBe('Please send me the figures prior to the meeting. We utilise them in order to brief the Minister.');
  expect(text.slice(-3)).toEqual(['Please confirm by [date].', 'Regards', 'Sam']);
});

test('warmer adds a wish and thanks, once', () => {
  const text = redraft('warmer');
  expect(text.slice(0, 2)).toEqual(['Dear Tom,', 'I hope you are well.']);
  expect(text.slice(-3)).toEqual(['Thank you for your help with this.', 'Kind regards', 'Sam']);
  expect(redraft('warmer', text).filter((line) => line.startsWith('I hope') || line.startsWith('Thank you for your help'))).toHaveLength(2);
});

test('longer adds room and no fact', () => {
  const text = redraft('longer');
  expect(text.filter((line) => !letter.includes(line))).toEqual([
    '[Add the background, the reason or an example here: the offline engine adds no facts.]',
  ]);
});

test('an earlier layer of a mail is not rewritten', () => {
  const passages = [...passagesOf(['We recieved it.']), ...passagesOf(['We recieved that.'], { role: 'quoted' })];
  expect(offlineRedraft(inputOf(passages)).paragraphs.map(({ text }) => text)).toEqual(['We received it.']);
});

test('shorter never parts a question from the gap for its answer, nor drops one', () => {
  const draft = [
    'Hello Margaret,',
    'Thank you for your message about the flood grants, which we have read with great interest and passed to colleagues.',
    'You asked: “When will homes be offered a survey?” [Your answer.]',
    'You asked: “Can a household claim the cost?” [Your answer.]',
    'Please let me know if you need anything else.',
  ];
  const { paragraphs } = offlineRedraft(inputOf(passagesOf(draft), { options: { change: 'shorter' } }));
  const texts = paragraphs.map(({ text }) => text);
  expect(texts).toEqual(expect.arrayContaining([draft[2], draft[3]]));
});
