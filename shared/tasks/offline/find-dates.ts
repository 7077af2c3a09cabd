import { GB, type ParsedResult } from 'chrono-node/en';
import { addDays, dayOrNothing } from './calendar.ts';
import { dateRules, MONTHS, WEEKDAYS } from './date-rules.ts';

/** A date as a text says it; `date` (yyyy-mm-dd) where the words name a day, from `index` in the text. */
export interface FoundDate {
  said: string;
  date?: string;
  index: number;
}

/** Text looked at for dates at once: a sentence or a paragraph; what is longer is a table. */
const MAX_TEXT = 4_000;

const SHORT_WEEKDAYS = 'mon|tues?|wed|thu(?:rs?)?|fri|sat|sun';
const ANY_MONTH = `${MONTHS}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec`;
const COUNTED = '(?:\\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|twelve)';

/*
 * chrono-node (its British English) does the arithmetic, but takes "£12.5m", "ministers sat", "March on", "a second" and "24/7" for dates. Of
 * what it finds only these shapes are kept. Its rivals were weighed: sherlockjs and date.js are American and unmaintained; wink-nlp and
 * compromise find fewer of the phrases and bring a language model.
 */
const SHAPES: readonly RegExp[] = [
  new RegExp(
    `\\b\\d{1,2}(?:st|nd|rd|th)?(?: of)?(?: to | and |\\s?[-–]\\s?|,? )*(?:\\d{1,2}(?:st|nd|rd|th)?(?: of)? )?(?:${ANY_MONTH})\\b`,
    'iu',
  ),
  new RegExp(`\\b(?:${ANY_MONTH})\\.? \\d{1,2}(?:st|nd|rd|th)?\\b(?![:.]\\d)`, 'iu'),
  new RegExp(`\\b(?:${ANY_MONTH})\\.?,? (?:of )?(?:19|20)\\d\\d\\b`, 'iu'),
  /\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d\b/u,
  new RegExp(`\\b(?:${WEEKDAYS})\\b`, 'iu'),
  /\b(?:today|tonight|tomorrow|yesterday|this (?:morning|afternoon|evening))\b/iu,
  new RegExp(
    `^(?:with)?in (?:the next )?${COUNTED} (?:day|week|month|year)s?\\b|\\b${COUNTED} (?:day|week|month|year)s? (?:ago|from now|from today|hence|later)\\b`,
    'iu',
  ),
  /^(?:with)?in (?:the next )?(?:24|48|72) hours$/iu,
  /\bnext year\b|\blast (?:week|month|year)\b/iu,
];

/** What may stand before a short form or a lone month for it to be a date and not "sat down", "wed", "may", "March on". */
const DATE_LEAD =
  /\b(?:by|on|in|until|till|before|from|since|of|during|through|for|to|next|this|last|early|late|mid|due|deadline|and|end|after)[:\s-]*$/iu;
/** What makes two numbers with a stroke a day and not "24/7", "50/50" or "1/3 of us". */
const STROKE_LEAD = /\b(?:by|on|until|till|before|from|since|due|deadline|date|w\/c|commencing|to|and|dated)[:\s]*$/iu;
const REFERENCE_LEAD =
  /\b(?:section|sections|paragraph|paragraphs|para|paras|clause|article|regulation|table|figure|chapter|annex|version|v|schedule|part|s|no)\.?\s*$/iu;
/** Something that has happened: "we met on Tuesday" is not the Tuesday to come. */
const PAST = /\b(?:was|were|had|met|held|sent|wrote|spoke|told|said|came|took|went|made|gave|began|ended|\p{Ll}{3,}ed)\b[^,;.]*$/u;
const AHEAD =
  /\b(?:will|shall|by|before|until|due|deadline|must|please|needs?|required|expected|to be|scheduled|planned|can|could|would|should|may)\b/iu;

function isDate(text: string, said: string, index: number): boolean {
  const before = text.slice(Math.max(0, index - 30), index);
  if (REFERENCE_LEAD.test(before) || /(?:[£$€\d]|\d\.)$/u.test(before)) return false;
  if (
    /\bmay$/u.test(said) &&
    /^ (?:be|have|not|need|also|want|still|well|require|wish|I|we|you|they)\b/u.test(text.slice(index + said.length))
  )
    return false;
  if (/^\d{1,2}\/\d{1,2}$/u.test(said)) return STROKE_LEAD.test(before);
  if (new RegExp(`^(?:on )?(?:${SHORT_WEEKDAYS})\\.?$`, 'iu').test(said))
    return /^(?:on )?\p{Lu}/u.test(said) && (DATE_LEAD.test(before) || /^on /iu.test(said));
  if (new RegExp(`^(?:in |by )?(?:${ANY_MONTH})\\.?$`, 'iu').test(said)) return isMonth(before + said, text.slice(index + said.length));
  if (new RegExp(`^(?:${WEEKDAYS})$`, 'iu').test(said) && /^(?:\s+\p{Lu}|\s*[-–—]\s)/u.test(text.slice(index + said.length)))
    return DATE_LEAD.test(before);
  return SHAPES.some((shape) => shape.test(said)) || new RegExp(`\\b(?:${SHORT_WEEKDAYS})\\b,? \\d`, 'iu').test(said);
}

/** "in May" and "by March", but not "Theresa May said", "March on", "and June Smith". */
function isMonth(upToIt: string, after: string): boolean {
  const lead = /(?<word>[\p{L}]+)[:\s-]*\p{Lu}\p{Ll}+\.?$/u.exec(upToIt)?.groups?.['word']?.toLowerCase();
  if (lead === undefined || !DATE_LEAD.test(lead)) return false;
  return (
    /^(?:in|by|until|till|before|since|during|of|early|late|end)$/u.test(lead) ||
    !/^ (?:\p{Lu}\p{Ll}|(?:said|says|has|is|will|was)\b)/u.test(after)
  );
}

function dayOf(text: string, { index, text: said, start, end }: ParsedResult): string | undefined {
  const part = end ?? start;
  const day = dayOrNothing(part.get('year') ?? 0, part.get('month') ?? 0, part.get('day') ?? 0);
  // A month names no day, and without a year not even which month.
  if (
    new RegExp(`^(?:in |by )?(?:${ANY_MONTH})\\.?(?:,? (?:of )?\\d{4})?$`, 'iu').test(said) ||
    /\b(?:next|last) (?:year|month|week)\b|\byears?\b/iu.test(said)
  )
    return undefined;
  // Told to look ahead, chrono-node makes "last Friday" the coming one.
  if (/^last\b/iu.test(said)) return day === undefined ? undefined : addDays(day, -7);
  const before = text.slice(Math.max(0, index - 80), index);
  const vague = !part.isCertain('year') && !/\b(?:today|tomorrow|tonight|within|next|this|coming)\b/iu.test(said);
  return vague && PAST.test(before) && !AHEAD.test(before.slice(-40)) ? undefined : day;
}

function overlaps(one: { index: number; said: string }, others: readonly FoundDate[]): boolean {
  return others.some((other) => one.index < other.index + other.said.length && other.index < one.index + one.said.length);
}

function byRules(text: string, today: string, lastResort: boolean): FoundDate[] {
  const found: FoundDate[] = [];
  for (const rule of dateRules.filter((each) => (each.lastResort === true) === lastResort)) {
    for (const match of text.matchAll(rule.pattern)) {
      const said = match[0].trim();
      const index = match.index + match[0].indexOf(said);
      const date = overlaps({ index, said }, found) ? null : rule.dayOf(match.groups ?? {}, today);
      if (date !== null) found.push({ said, index, ...(date === undefined ? {} : { date }) });
    }
  }
  return found;
}

/** "COP Thursday 26 November", "noon on the 27th": the hour before a day belongs to it. */
function withHour(text: string, { said, index, ...rest }: FoundDate): FoundDate {
  const hour =
    /(?:\b(?:cop|cob|eod|close of (?:play|business)|noon|midday|midnight|\d{1,2}(?:[:.]\d\d)?\s?(?:am|pm)|\d{1,2}:\d\d)(?:,? on|,| the)? )$/iu.exec(
      text.slice(Math.max(0, index - 30), index),
    );
  return hour ? { ...rest, said: hour[0] + said, index: index - hour[0].length } : { ...rest, said, index };
}

/** A word or figure without which no rule and no shape can match: most sentences have none, and the parser is slow. */
const MAYBE = new RegExp(
  `\\d|\\b(?:${ANY_MONTH}|${WEEKDAYS}|${SHORT_WEEKDAYS})\\b|day|week|month|year|quarter|fortnight|tomorrow|tonight|spring|summer|autumn|winter|noon|midnight|\\b(?:cop|cob|eod)\\b|close of|lunchtime`,
  'iu',
);

/** The dates that a text names, in order. `today` is yyyy-mm-dd; a closed period's day is its last one, and a past or vague time has none. */
export function findDates(text: string, today: string): FoundDate[] {
  const searched = text.slice(0, MAX_TEXT);
  if (!MAYBE.test(searched)) return [];
  const own = byRules(searched, today, false);
  const parsed = GB.parse(searched, { instant: new Date(`${today.slice(0, 10)}T12:00:00Z`), timezone: 0 }, { forwardDate: true });
  const others = parsed.flatMap((result): FoundDate[] => {
    const { index } = result;
    const said = result.text.replace(/[\s,;]+$/u, '');
    if (!isDate(searched, said, index) || overlaps({ index, said }, own)) return [];
    const date = dayOf(searched, result);
    return [{ said, index, ...(date === undefined ? {} : { date }) }];
  });
  const found = [...own, ...others];
  return (found.length > 0 ? found : byRules(searched, today, true))
    .sort((one, other) => one.index - other.index)
    .map((date) => withHour(searched, date));
}

/** The day (yyyy-mm-dd) of a date as a text says it; undefined where the words name none. */
export function dateOf(said: string, today: string): string | undefined {
  return findDates(said, today).find(({ date }) => date !== undefined)?.date;
}
