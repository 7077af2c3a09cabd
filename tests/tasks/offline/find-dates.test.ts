import { describe, expect, test } from '@jest/globals';
import { addWorkingDays, bankHolidays, fridayOf } from '../../../shared/tasks/offline/calendar.ts';
import { dateOf, findDates } from '../../../shared/tasks/offline/find-dates.ts';
import { TODAY } from './offline-input.ts';

describe('dates as British officials say them', () => {
  test.each([
    ['Please reply by 04/12/2026.', '2026-12-04'],
    ['by Friday', '2026-11-27'],
    ['by COP Thursday 26 November', '2026-11-26'],
    ['no later than 5pm on 4 December', '2026-12-04'],
    ['within 20 working days', '2026-12-21'],
    ['within ten working days of receipt', '2026-12-07'],
    ['by the end of the month', '2026-11-30'],
    ['by the end of next week', '2026-12-04'],
    ['by the end of the financial year', '2027-03-31'],
    ['by end January 2027', '2027-01-31'],
    ['from 1 April to 30 June 2027', '2027-06-30'],
    ['on 3-5 December', '2026-12-05'],
    ['by noon on the 27th', '2026-11-27'],
    ['on the 5th, please', '2026-12-05'],
    ['Tuesday 3rd', '2026-12-03'],
    ['in a fortnight', '2026-12-07'],
    ['a fortnight on Friday', '2026-12-11'],
    ['Friday week', '2026-12-04'],
    ['two weeks today', '2026-12-07'],
    ['next week', '2026-12-04'],
    ['Q3 2027', '2027-09-30'],
    ['Q3 2026-27', '2026-12-31'],
    ['in the 2026-27 financial year', '2027-03-31'],
    ['by noon', TODAY],
    ['by 12/1', '2027-01-12'],
    ['the day after tomorrow', '2026-11-25'],
    ['Wednesday, 2 December 2026', '2026-12-02'],
    ['2026-12-03', '2026-12-03'],
    ['last Friday', '2026-11-20'],
  ])('%s', (said, date) => {
    expect(dateOf(said, TODAY)).toBe(date);
  });

  test.each(['in the autumn', 'autumn 2027', 'May 2027', 'in May', 'within five years'])('%s is a time, and names no day', (said) => {
    expect(findDates(said, TODAY)).toHaveLength(1);
    expect(dateOf(said, TODAY)).toBeUndefined();
  });

  test.each([
    '£12.5m in 2025',
    'section 12 of the Act',
    'paragraphs 4.2 and 5.1 may be needed',
    'the Rt Hon May',
    'March on the Department',
    'ministers sat down',
    'the sun shone',
    'He was second reading it in a second',
    '24/7 support with a 50/50 split',
    'three days a week for two years',
    'version 1.5.21',
    'the 27th report of the 21st century',
    'spring forward to the Autumn Statement',
    'the 2019-2024 Parliament',
    'at 5pm',
    'every fortnight',
    '31/11/2026',
    'June Smith and April Jones are away',
    'the Sunday Times',
    'at the end of the day',
    '5 working days before the meeting',
    'tel 020 7946 0018',
  ])('%s holds no date', (text) => {
    expect(findDates(text, TODAY)).toEqual([]);
  });

  test('a day that has been is not taken for the one to come', () => {
    expect(findDates('We met on Tuesday to agree this', TODAY)).toEqual([{ said: 'on Tuesday', index: 7 }]);
    expect(dateOf('The meeting on Tuesday will agree this', TODAY)).toBe('2026-11-24');
  });

  test('several dates come in order, each with its place and its hour', () => {
    const text = 'Comments by noon on Tuesday, then clearance by 4 December.';
    const found = findDates(text, TODAY);
    expect(found.map(({ said, date }) => [said, date])).toEqual([
      ['noon on Tuesday', '2026-11-24'],
      ['4 December', '2026-12-04'],
    ]);
    for (const { said, index } of found) expect(text.slice(index, index + said.length)).toBe(said);
  });
});

describe('the calendar', () => {
  test('bank holidays of England and Wales with their substitutes', () => {
    expect([...bankHolidays(2026)]).toEqual([
      '2026-01-01',
      '2026-04-03',
      '2026-04-06',
      '2026-05-04',
      '2026-05-25',
      '2026-08-31',
      '2026-12-25',
      '2026-12-28',
    ]);
    expect([...bankHolidays(2027)].slice(-2)).toEqual(['2027-12-27', '2027-12-28']);
    expect([...bankHolidays(2022)].slice(-2)).toEqual(['2022-12-26', '2022-12-27']);
    expect(bankHolidays(2028).has('2028-01-03')).toBe(true);
  });

  test('working days pass over weekends and bank holidays', () => {
    expect(addWorkingDays('2026-12-22', 3)).toBe('2026-12-29');
    expect(addWorkingDays('2026-11-27', 1)).toBe('2026-11-30');
  });

  test('the Friday of a week that ends on Sunday', () => {
    expect(fridayOf('2026-11-29')).toBe('2026-11-27');
    expect(fridayOf('2026-11-30')).toBe('2026-12-04');
  });
});
