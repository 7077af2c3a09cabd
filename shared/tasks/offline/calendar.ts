/*
 * Days as ISO 8601 strings (yyyy-mm-dd), counted in UTC so that no clock change moves them. date-fns was weighed: of its 200 functions we
 * need one addition, and it knows no British bank holidays.
 */

const DAY = 86_400_000;

function instantOf(day: string): number {
  return Date.parse(`${day.slice(0, 10)}T00:00:00Z`);
}

function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

export function addDays(day: string, days: number): string {
  return dayOf(instantOf(day) + days * DAY);
}

/** 0 is Sunday, 6 is Saturday. */
export function weekdayOf(day: string): number {
  return new Date(instantOf(day)).getUTCDay();
}

/** The last day of a month: month 1 to 12, and 13 is January of the year after. */
export function lastDayOfMonth(year: number, month: number): string {
  return dayOf(Date.UTC(year, month, 0));
}

/** yyyy-mm-dd, or undefined where no such day exists (31 November). */
export function dayOrNothing(year: number, month: number, day: number): string | undefined {
  const instant = Date.UTC(year, month - 1, day);
  const made = new Date(instant);
  return made.getUTCMonth() === month - 1 && made.getUTCDate() === day ? dayOf(instant) : undefined;
}

/** Easter Sunday by the anonymous Gregorian computus. */
function easterOf(year: number): string {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const leapFix = Math.floor(century / 4);
  const moonFix = Math.floor((century + 8) / 25);
  const epact = (19 * golden + century - leapFix - Math.floor((century - moonFix + 1) / 3) + 15) % 30;
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor((year % 100) / 4) - epact - ((year % 100) % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  const sum = epact + weekday - 7 * late + 114;
  return dayOf(Date.UTC(year, Math.floor(sum / 31) - 1, (sum % 31) + 1));
}

function mondayOnOrAfter(day: string): string {
  return addDays(day, (8 - weekdayOf(day)) % 7);
}

const holidaysByYear = new Map<number, Set<string>>();

/**
 * The bank holidays of England and Wales by their standing rules, with substitute days. One-off days (a coronation) come by proclamation and
 * are not foreseen; Scotland and Northern Ireland differ by a few days.
 */
export function bankHolidays(year: number): Set<string> {
  const known = holidaysByYear.get(year);
  if (known) return known;
  const easter = easterOf(year);
  const newYear = `${year}-01-01`;
  const christmas = `${year}-12-25`;
  const christmasDays: Record<number, [number, number]> = { 5: [0, 3], 6: [2, 3], 0: [1, 2] };
  const [first, second] = christmasDays[weekdayOf(christmas)] ?? [0, 1];
  const holidays = new Set([
    weekdayOf(newYear) % 6 === 0 ? mondayOnOrAfter(newYear) : newYear,
    addDays(easter, -2),
    addDays(easter, 1),
    mondayOnOrAfter(`${year}-05-01`),
    mondayOnOrAfter(`${year}-05-25`),
    mondayOnOrAfter(`${year}-08-25`),
    addDays(christmas, first),
    addDays(christmas, second),
  ]);
  holidaysByYear.set(year, holidays);
  return holidays;
}

function isWorkingDay(day: string): boolean {
  return weekdayOf(day) % 6 !== 0 && !bankHolidays(Number(day.slice(0, 4))).has(day);
}

/** The day on which `count` working days have passed; the day after `day` is the first, as correspondence targets count. */
export function addWorkingDays(day: string, count: number): string {
  let at = day;
  for (let left = count; left > 0;) {
    at = addDays(at, 1);
    if (isWorkingDay(at)) left -= 1;
  }
  return at;
}

/** Friday of the week (Monday to Sunday) of a day. */
export function fridayOf(day: string): string {
  return addDays(day, 5 - (weekdayOf(day) || 7));
}
