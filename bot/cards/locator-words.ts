import type { Locator } from '../../shared/contract/task-result.ts';

/** Where a person finds a passage in the original: "page 3, paragraph 2". */
export function locatorWords(locator: Locator): string {
  const parts = [
    locator.page === undefined ? undefined : `page ${locator.page}`,
    locator.slide === undefined ? undefined : `slide ${locator.slide}`,
    locator.sheet === undefined ? undefined : `sheet ${locator.sheet}`,
    locator.cell === undefined ? undefined : `cell ${locator.cell}`,
    locator.message === undefined
      ? undefined
      : `message ${locator.message}${locator.author === undefined ? '' : ` from ${locator.author}`}`,
    locator.message === undefined && locator.author !== undefined ? locator.author : undefined,
    locator.time === undefined ? undefined : timeWords(locator.time),
    locator.heading === undefined ? undefined : `under “${locator.heading}”`,
    locator.paragraph === undefined ? undefined : `paragraph ${locator.paragraph}`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

const dayAndTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'Europe/London',
});

/** An ISO time as a person in the United Kingdom reads it; other times (of a transcript) as they stand. */
function timeWords(time: string): string {
  if (!/^\d{4}-\d{2}-\d{2}T/u.test(time) || Number.isNaN(Date.parse(time))) return time;
  return dayAndTime.format(new Date(time));
}
