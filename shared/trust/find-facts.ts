import { foldText } from './fold-text.ts';

/** Facts that a statement may only carry when a source, the asker or our own code gave them; each list in a canonical form. */
export interface Facts {
  numbers: Set<string>;
  /** `4-12` for the 4th of December, and weekday names. */
  dates: Set<string>;
  /** Email addresses and postcodes. */
  addresses: Set<string>;
  /** As they stand, byte for byte. */
  links: Set<string>;
}

const NUMBER_WORDS = [
  ...['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen'],
  ...['fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen', 'twenty'],
];
const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];
const MONTH =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const DAY_FIRST = new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${MONTH}\\b`, 'giu');
const MONTH_FIRST = new RegExp(`\\b${MONTH} (\\d{1,2})(?:st|nd|rd|th)?\\b`, 'giu');
const NUMERIC_DATE = /\b(\d{1,2})[/.](\d{1,2})[/.](?:\d{4}|\d{2})\b/gu;
const ISO_DATE = /\b\d{4}-(\d{2})-(\d{2})\b/gu;
const WEEKDAY = /\b(mon|tues|wednes|thurs|fri|satur|sun)day\b/giu;
const NUMBER = /\d+(?:[.,]\d+)*/gu;
const EMAIL = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.[\p{L}]{2,}/giu;
const POSTCODE = /\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b/gu;

/** Schemes that a client may open. Bare hosts count too, since chat clients turn them into links. */
const LINK = /\b(?:https?|ftp|file|javascript|data|mailto|tel|sip|msteams|ms-[a-z]+|vbscript):[^\s<>"'`\])}]+|\bwww\.[^\s<>"'`\])}]+/giu;
/** Endings of bare hosts that chat clients make into links; not every one of the ~1,400, but those seen in lures and in UK mail. */
const BARE_HOST =
  /\b(?:[\p{L}\p{N}-]+\.)+(?:com|net|org|uk|io|co|info|biz|eu|gov|mil|edu|dev|app|xyz|top|site|online|link|click|ru|cn|me|ly|example)\b(?:\/[^\s<>"'`\])}]*)?/giu;

export const linkPatterns = [LINK, BARE_HOST];

/** A link as compared and shown: without the full stop or comma that ends its sentence. */
export function trimLink(link: string): string {
  return link.replace(/[.,;:!?]+$/u, '');
}

/** All facts of a text of any length, in linear time. */
export function findFacts(text: string): Facts {
  const folded = foldText(text).text;
  return {
    numbers: new Set([...numbersIn(folded)]),
    dates: new Set(datesIn(folded)),
    addresses: new Set([...folded.matchAll(EMAIL), ...folded.matchAll(POSTCODE)].map((match) => canonicalAddress(match[0]))),
    links: new Set(linkPatterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => trimLink(match[0])))),
  };
}

/** Adds the facts of `more` to `all`. */
export function addFacts(all: Facts, more: Facts): void {
  for (const kind of ['numbers', 'dates', 'addresses', 'links'] as const) {
    for (const fact of more[kind]) all[kind].add(fact);
  }
}

export function noFacts(): Facts {
  return { numbers: new Set(), dates: new Set(), addresses: new Set(), links: new Set() };
}

function* numbersIn(text: string): Generator<string> {
  for (const match of text.matchAll(NUMBER)) yield canonicalNumber(match[0]);
  for (const word of text.toLowerCase().match(/\b[a-z]+\b/gu) ?? []) {
    const value = NUMBER_WORDS.indexOf(word);
    if (value !== -1) yield String(value);
  }
}

/** "1,000" and "1000" are one number, "2.50" and "2.5" too; "10.12.2026" stays as it is. */
function canonicalNumber(number: string): string {
  const plain = number.replace(/,(?=\d{3}(?:\D|$))/gu, '');
  return /^\d+(?:\.\d+)?$/u.test(plain) && plain.length <= 15 ? String(Number(plain)) : plain;
}

function datesIn(text: string): string[] {
  const monthNumber = (name: string): number => MONTHS.findIndex((month) => month.startsWith(name.toLowerCase().slice(0, 3))) + 1;
  const at = (match: RegExpMatchArray, group: number): string => match[group] ?? '';
  return [
    ...[...text.matchAll(DAY_FIRST)].map((match) => `${Number(at(match, 1))}-${monthNumber(at(match, 2))}`),
    ...[...text.matchAll(MONTH_FIRST)].map((match) => `${Number(at(match, 2))}-${monthNumber(at(match, 1))}`),
    ...[...text.matchAll(NUMERIC_DATE)].map((match) => `${Number(at(match, 1))}-${Number(at(match, 2))}`),
    ...[...text.matchAll(ISO_DATE)].map((match) => `${Number(at(match, 2))}-${Number(at(match, 1))}`),
    ...[...text.matchAll(WEEKDAY)].map((match) => match[0].toLowerCase()),
  ];
}

function canonicalAddress(address: string): string {
  return address.toLowerCase().replaceAll(' ', '');
}
