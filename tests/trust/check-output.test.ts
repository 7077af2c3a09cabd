import { describe, expect, test } from '@jest/globals';
import type { Passage } from '../../shared/passage.ts';
import { createChecks } from '../../shared/trust/check-output.ts';

const passages: Passage[] = [
  {
    id: 'p1',
    source: 0,
    role: 'own',
    locator: { paragraph: 1 },
    text: 'The grant rises to £2.5 million in 2026-27,\n  said the Minister’s office on 4 December.',
  },
  {
    id: 'p2',
    source: 0,
    role: 'own',
    locator: { paragraph: 2 },
    text: 'Please send comments to priya.shah@example.gov.uk by Tuesday. See https://www.gov.uk/guidance/flood-grants for the rules.',
  },
  { id: 'p3', source: 0, role: 'own', locator: { paragraph: 3 }, text: 'Agreed.' },
];
const checks = (): ReturnType<typeof createChecks> =>
  createChecks({
    passages,
    alsoAllowed: ['say that three people will come'],
    asker: { name: 'Sam Taylor', address: 'sam.taylor@example.gov.uk' },
    dateOf: () => undefined,
  });
const evidence = (passage: string, quote: string): { passage: string; quote: string }[] => [{ passage, quote }];

describe('a statement', () => {
  test('is verified when its quote stands in the passage it names, and the citation shows the source’s own characters', () => {
    const one = checks();
    const statement = one.statement(
      {
        text: 'The grant rises to £2.5 million in 2026-27.',
        evidence: evidence('p1', "rises to £2.5 million in 2026-27, said the Minister's office"),
      },
      'must-cite',
    );
    expect(statement).toMatchObject({ support: 'verified', citations: [1], flags: [] });
    expect(one.citations()[0]).toMatchObject({
      id: 1,
      passage: 'p1',
      quote: 'rises to £2.5 million in 2026-27,\n  said the Minister’s office',
    });
  });

  test.each([
    ['a changed number', evidence('p1', 'The grant rises to £3.5 million in 2026-27')],
    ['a changed word', evidence('p1', 'The grant falls to £2.5 million in 2026-27')],
    ['another passage', evidence('p2', 'The grant rises to £2.5 million')],
    ['a passage that does not exist', evidence('p99', 'The grant rises to £2.5 million')],
    ['a part of a word', evidence('p1', 'rant rises to £2.5 million')],
    ['an empty quote', evidence('p1', ' ')],
    ['two words that would support anything', evidence('p1', 'the Minister’s')],
    ['no evidence at all', []],
  ])('is unsupported with %s', (_, given) => {
    const statement = checks().statement({ text: 'The grant changes.', evidence: given }, 'must-cite');
    expect(statement.support).toBe('unsupported');
    expect(statement.citations).toEqual([]);
  });

  test('may cite a whole passage however short', () => {
    expect(checks().statement({ text: 'They agreed.', evidence: evidence('p3', 'Agreed.') }, 'must-cite').support).toBe('verified');
  });

  test('that has no word in common with its quote is not supported by it', () => {
    const statement = checks().statement(
      { text: 'Everyone is dismissed.', evidence: evidence('p1', 'The grant rises to £2.5 million') },
      'must-cite',
    );
    expect(statement).toMatchObject({ support: 'unsupported', flags: ['quote-unrelated'] });
  });

  test.each([
    ['a number', 'The grant rises to £9 million.', 'number-not-in-source'],
    ['a date', 'The grant rises on 5 December.', 'date-not-in-source'],
    ['a weekday', 'The grant rises on Friday.', 'date-not-in-source'],
    ['an address', 'The grant: ask eve@example.com', 'address-not-in-source'],
    ['a link', 'The grant is at https://evil.example/grants', 'link-removed'],
    ['a link that only begins as the source’s', 'The grant: https://www.gov.uk/guidance/flood-grants?q=1', 'link-removed'],
    ['a bare host', 'The grant is at evil-grants.com/apply', 'link-removed'],
    ['a script address', 'The grant: javascript:alert(1)', 'link-removed'],
    ['a tag', 'The grant <img src=x>', 'link-removed'],
  ])('that brings in %s of its own is unsupported', (_, text, flag) => {
    const statement = checks().statement({ text, evidence: evidence('p1', 'The grant rises to £2.5 million') }, 'must-cite');
    expect(statement.support).toBe('unsupported');
    expect(statement.flags).toContain(flag);
    expect(statement.text).not.toMatch(/evil|javascript|<img/u);
  });

  test('may repeat what stands in a source: figures in another form, dates, addresses, links byte for byte', () => {
    const text =
      'By Tuesday, send comments on the 2.50 million to priya.shah@example.gov.uk; see https://www.gov.uk/guidance/flood-grants. The date was 4/12/2026-27.';
    expect(
      checks().statement(
        { text: text.replace(' The date was 4/12/2026-27.', ''), evidence: evidence('p2', 'Please send comments to') },
        'must-cite',
      ),
    ).toMatchObject({ support: 'verified', flags: [] });
  });

  test('without evidence is the writer’s own words in a reply, but not with a new figure; a figure of the asker’s is no new one', () => {
    expect(checks().statement({ text: 'Thank you for your message.', evidence: [] }, 'may-be-own-words').support).toBe('own-words');
    expect(checks().statement({ text: 'We can offer £400.', evidence: [] }, 'may-be-own-words').support).toBe('unsupported');
    expect(checks().statement({ text: '3 people will come.', evidence: [] }, 'may-be-own-words').support).toBe('own-words');
  });

  test('with a name that no source holds carries a flag, no more', () => {
    const statement = checks().statement(
      { text: 'The grant was praised by Olivia Marsh.', evidence: evidence('p1', 'The grant rises to £2.5 million') },
      'must-cite',
    );
    expect(statement).toMatchObject({ support: 'verified', flags: ['name-not-in-source'] });
  });

  test('cites the same words once, under one number', () => {
    const one = checks();
    const draft = { text: 'The grant rises.', evidence: evidence('p1', 'The grant rises to £2.5 million') };
    expect(one.statement(draft, 'must-cite').citations).toEqual(one.statement(draft, 'must-cite').citations);
    expect(one.citations()).toHaveLength(1);
  });
});

test('the asker is known by name, first name, address or "you"', () => {
  const { isAsker } = checks();
  expect(['Sam Taylor', 'sam', 'SAM.TAYLOR@example.gov.uk', 'you', 'Mr Taylor', 'Dr. Taylor'].map(isAsker)).toEqual([
    true,
    true,
    true,
    true,
    true,
    true,
  ]);
  expect(['Priya', '', 'Samantha', 'Taylor', 'Mr Sam'].map(isAsker)).toEqual([false, false, false, false, false]);
});

test('angle brackets that a source holds are its own text, not markup', () => {
  const one = createChecks({
    passages: [{ id: 'p1', source: 0, role: 'own', locator: {}, text: '<nobody@example.gov.uk>: no such user here' }],
    alsoAllowed: [],
    asker: {},
    dateOf: () => undefined,
  });
  expect(
    one.statement(
      { text: '<nobody@example.gov.uk>: no such user here', evidence: [{ passage: 'p1', quote: 'no such user here' }] },
      'must-cite',
    ),
  ).toMatchObject({ support: 'verified', text: '<nobody@example.gov.uk>: no such user here' });
});

test('markup of links goes and their words stay; a known link stays', () => {
  const { plain } = checks();
  expect(plain('[click here](https://evil.example/?q=1) now')).toBe('click here [link removed] now');
  expect(plain('![x](https://evil.example/a.png)')).toBe('x [link removed]');
  expect(plain('[the rules](https://www.gov.uk/guidance/flood-grants)')).toBe('the rules https://www.gov.uk/guidance/flood-grants');
});
