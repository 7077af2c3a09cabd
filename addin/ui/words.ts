import type { Progress } from '../../shared/contract/task-event.ts';
import type { Citation, StatementFlag, TaskResult } from '../../shared/contract/task-result.ts';

/** A date as GOV.UK writes it: "20 November 2026, 9:30am". Empty for no date. */
export function dateInWords(iso: string | undefined): string {
  const date = new Date(iso ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return '';
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
  const hours = date.getHours();
  const minutes = String(date.getMinutes()).padStart(2, '0');
  if (minutes === '00' && hours % 12 === 0) return `${day}, ${hours === 0 ? 'midnight' : 'midday'}`;
  return `${day}, ${hours % 12 || 12}:${minutes}${hours < 12 ? 'am' : 'pm'}`;
}

/** A day without a time (yyyy-mm-dd) in words, with its weekday: people check weekdays. */
export function dayInWords(day: string): string {
  const date = new Date(`${day}T12:00:00`);
  if (Number.isNaN(date.getTime())) return day;
  return date.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).replace(',', '');
}

export function sizeInWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

export function countInWords(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

const steps: Record<Progress['step'], string> = {
  queued: 'Waiting for a free place',
  reading: 'Reading',
  choosing: 'Working out what is needed',
  thinking: 'Finding what matters',
  checking: 'Checking each statement against the message',
};

export function progressInWords({ step, done, total }: Progress): string {
  return total !== undefined && total > 1 ? `${steps[step]}: ${done ?? 0} of ${total}` : steps[step];
}

const flags: Record<StatementFlag, string> = {
  'number-not-in-source': 'A number here is not in the message',
  'date-not-in-source': 'A date here is not in the message',
  'address-not-in-source': 'An address here is not in the message',
  'link-removed': 'A link was removed',
  'quote-not-found': 'A quotation here was not found in the message',
  'quote-unrelated': 'The quotation may not support this',
  'name-not-in-source': 'A name here is not in the message',
};

export function flagInWords(flag: StatementFlag): string {
  return flags[flag];
}

/** Where a citation stands: "Page 2, paragraph 3 of figures.docx". */
export function placeInWords({ locator, source }: Citation, sources: TaskResult['sources']): string {
  const { page, slide, sheet, cell, message, author, time, heading, paragraph } = locator;
  const parts = [
    page !== undefined && `page ${page}`,
    slide !== undefined && `slide ${slide}`,
    sheet !== undefined && `sheet “${sheet}”`,
    cell !== undefined && `cell ${cell}`,
    message !== undefined && `message ${message}`,
    author !== undefined && `from ${author}`,
    time !== undefined && (time.includes('T') ? dateInWords(time) : time),
    heading !== undefined && `under “${heading}”`,
    paragraph !== undefined && `paragraph ${paragraph}`,
  ].filter((part) => part !== false && part !== '');
  const name = sources[source]?.name;
  const place = [parts.join(', '), name && `“${name}”`].filter((part) => part).join(parts.length > 0 ? ' of ' : '');
  return place.charAt(0).toUpperCase() + place.slice(1);
}
