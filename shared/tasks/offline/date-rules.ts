import { addDays, addWorkingDays, dayOrNothing, fridayOf, lastDayOfMonth, weekdayOf } from './calendar.ts';

/**
 * A way British officials say a day that chrono-node does not know. `dayOf` gives undefined where the words are a date but name no day, and
 * null where they are no date after all.
 */
export interface DateRule {
  pattern: RegExp;
  dayOf: (groups: Record<string, string | undefined>, today: string) => string | undefined | null;
  /** Only where the text names no other date: "by noon" alone is today's noon. */
  lastResort?: true;
}

const NUMBER_WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
const NUMBER = `\\d{1,3}|${NUMBER_WORDS.slice(1).join('|')}|fifteen|twenty|thirty|forty|sixty`;
const TENS: Record<string, number> = { fifteen: 15, twenty: 20, thirty: 30, forty: 40, sixty: 60 };
export const MONTHS = 'january|february|march|april|may|june|july|august|september|october|november|december';
const SHORT_MONTHS = 'jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec';
export const WEEKDAYS = 'monday|tuesday|wednesday|thursday|friday|saturday|sunday';
const weekdayNames = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

function numberOf(said: string): number {
  const word = said.toLowerCase();
  return /^\d/u.test(word) ? Number(word) : (TENS[word] ?? NUMBER_WORDS.indexOf(word));
}

function monthNumber(said: string): number {
  return ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'].indexOf(said.slice(0, 3).toLowerCase()) + 1;
}

/** The last day of that month in the year said, or in the coming one. */
function endOfMonth(month: string, year: string | undefined, today: string): string {
  const number = monthNumber(month);
  const current = Number(today.slice(0, 4));
  if (year) return lastDayOfMonth(Number(year), number);
  return lastDayOfMonth(number < Number(today.slice(5, 7)) ? current + 1 : current, number);
}

function endOfPeriod(which: string, period: string, today: string): string | undefined {
  const year = Number(today.slice(0, 4));
  const month = Number(today.slice(5, 7));
  const next = which === 'next' ? 1 : 0;
  if (period === 'week') return addDays(fridayOf(today), 7 * next);
  if (period === 'month') return lastDayOfMonth(year, month + next);
  if (period.endsWith('quarter')) return lastDayOfMonth(year, (Math.ceil(month / 3) + next) * 3);
  if (/financial|fiscal/u.test(period)) return `${year + (month > 3 ? 1 : 0) + next}-03-31`;
  return `${year + next}-12-31`;
}

/** The quarter's last day: financial quarters (from April) where a financial year is named, else calendar quarters. */
function endOfQuarter(quarter: number, year: number, financial: boolean): string {
  return financial ? lastDayOfMonth(year, 3 + quarter * 3) : lastDayOfMonth(year, quarter * 3);
}

function comingWeekday(name: string, today: string): string {
  return addDays(today, (weekdayNames.indexOf(name.toLowerCase()) - weekdayOf(today) + 7) % 7 || 7);
}

/** The next such day of a month, this month or the first later one that has it. */
function comingDayOfMonth(day: number, today: string): string | undefined {
  for (let ahead = 0; ahead < 3; ahead += 1) {
    const month = Number(today.slice(5, 7)) + ahead;
    const found = dayOrNothing(Number(today.slice(0, 4)) + Math.floor((month - 1) / 12), ((month - 1) % 12) + 1, day);
    if (found !== undefined && found >= today) return found;
  }
  return undefined;
}

/** In order: the first rule to match a place in the text keeps it. A closed period's day is its last one; a season names no day. */
export const dateRules: readonly DateRule[] = [
  {
    pattern: new RegExp(
      `\\b(?<lead>(?:within|in|inside)(?: the next)? )?(?<count>${NUMBER}) (?:clear |full )?(?:working|business) days?(?: of (?:the )?(?:receipt|request|today))?(?<after> (?:before|after|ago|from|prior|following|notice|per|each|a|of|in|late))?\\b`,
      'giu',
    ),
    dayOf: ({ count = '0', after }, today) => (after && !/ from$/iu.test(after) ? null : addWorkingDays(today, numberOf(count))),
  },
  {
    pattern:
      /\b(?:q(?<number>[1-4])|(?<word>first|second|third|fourth|final) quarter)(?: of)?(?: (?:fy)?)?,? ?(?<year>20\d\d)(?<financial>\s?[-–/]\s?(?:20)?\d\d)?(?!\d)/giu,
    dayOf: ({ number, word = '', year, financial }) => {
      const quarter = number
        ? Number(number)
        : Math.min(4, ['first', 'second', 'third', 'fourth', 'final'].indexOf(word.toLowerCase()) + 1);
      return endOfQuarter(quarter, Number(year), financial !== undefined);
    },
  },
  {
    pattern:
      /(?<![\d/.-])(?:(?:the )?(?:financial year|fy) ?)?(?<year>20\d\d)\s?[-–/]\s?(?<next>(?:20)?\d\d)(?: financial year)?(?![\d/-]|\.\d)/giu,
    dayOf: ({ year = '', next = '' }) => {
      const ends = Number(year) + 1;
      return Number(next) % 100 === ends % 100 ? `${ends}-03-31` : null;
    },
  },
  {
    pattern: new RegExp(
      `\\b(?:(?:by|before|until|at|for) )?(?:the )?end(?:ing)?(?: of)?(?: the)? (?<month>${MONTHS}|${SHORT_MONTHS})\\b(?:,? (?<year>20\\d\\d))?`,
      'giu',
    ),
    dayOf: ({ month = '', year }, today) => endOfMonth(month, year, today),
  },
  {
    pattern: /\bend of (?<which>the|this|next) (?<period>(?:calendar |financial |fiscal )?(?:week|month|quarter|year))\b/giu,
    dayOf: ({ which = '', period = '' }, today) => endOfPeriod(which.toLowerCase(), period.toLowerCase(), today),
  },
  { pattern: /\bend of (?:the year )?(?<year>20\d\d)\b(?![-–/]\d)/giu, dayOf: ({ year }) => `${year ?? ''}-12-31` },
  { pattern: /\bnext week\b/giu, dayOf: (_groups, today) => addDays(fridayOf(today), 7) },
  { pattern: /\bthis week\b/giu, dayOf: (_groups, today) => fridayOf(today) },
  { pattern: /\bnext month\b/giu, dayOf: (_groups, today) => endOfPeriod('next', 'month', today) },
  { pattern: /\bthis month\b/giu, dayOf: (_groups, today) => endOfPeriod('this', 'month', today) },
  {
    pattern: new RegExp(`\\b(?:a )?fortnight (?:on )?(?<weekday>${WEEKDAYS})\\b`, 'giu'),
    dayOf: ({ weekday = '' }, today) => addDays(comingWeekday(weekday, today), 14),
  },
  {
    pattern:
      /(?<!\b(?:every|each|per|last|past|once a|twice a) )\b(?<lead>in |within |for )?(?:a|one|the next|next) fortnight(?:['’]s time| today| from today)?(?<ago> ago| earlier)?\b/giu,
    dayOf: ({ lead = '', ago }, today) => (lead.trim().toLowerCase() === 'for' ? null : addDays(today, ago ? -14 : 14)),
  },
  {
    pattern: new RegExp(`\\b(?<count>${NUMBER}) weeks? (?:today|from today|from now)\\b`, 'giu'),
    dayOf: ({ count = '0' }, today) => addDays(today, 7 * numberOf(count)),
  },
  {
    pattern: new RegExp(
      `\\b(?:${WEEKDAYS}|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun),? (?:the )?(?<day>[1-9]|[12]\\d|3[01])(?:st|nd|rd|th)\\b(?! (?:of )?(?:${MONTHS}|${SHORT_MONTHS}))`,
      'giu',
    ),
    dayOf: ({ day }, today) => comingDayOfMonth(Number(day), today),
  },
  {
    pattern: new RegExp(`\\b(?:a )?week on (?<weekday>${WEEKDAYS})\\b`, 'giu'),
    dayOf: ({ weekday = '' }, today) => addDays(comingWeekday(weekday, today), 7),
  },
  {
    pattern: new RegExp(`\\b(?<weekday>${WEEKDAYS}) week\\b`, 'giu'),
    dayOf: ({ weekday = '' }, today) => addDays(comingWeekday(weekday, today), 7),
  },
  {
    pattern:
      /\b(?:early |late |mid-?)?(?:(?:in|by|this|next|until|before|during|from|last) (?:the )?)(?:early |late |mid-?)?(?:spring|summer|autumn|winter)(?: of)?(?: 20\d\d)?\b(?! (?:budget|statement|term|holiday|break|school|house|water|up\b|forward|from))/giu,
    dayOf: () => undefined,
  },
  { pattern: /\b(?:early |late |mid-?)?(?:spring|summer|autumn|winter)(?: of)? 20\d\d\b/giu, dayOf: () => undefined },
  {
    pattern:
      /\b(?:by |on |before |until |from )?the (?<day>[1-9]|[12]\d|3[01])(?:st|nd|rd|th)\b(?=\s*(?:$|[.,;:!?)\n]|(?:at|by|for|if|so|and|or|to|from|until|please|but|because|when|which|as|noon|latest|with|instead|would|will|is|works|suits)\b))/giu,
    dayOf: ({ day }, today) => comingDayOfMonth(Number(day), today),
  },
  {
    pattern: new RegExp(
      `\\b(?:by|before|until) (?:cop|cob|eod|close of (?:play|business)|noon|midday|midnight|lunchtime)\\b(?! (?:on |the )?(?:${WEEKDAYS}|mon|tue|wed|thu|fri|${MONTHS}|tomorrow|the \\d|\\d))(?: today)?`,
      'giu',
    ),
    dayOf: (_groups, today) => today,
    lastResort: true,
  },
];
