import type { OfficeContentNode } from 'officeparser';

interface Level {
  format: string;
  /** `%1.%2`: the numbers of the levels, with what is printed around them. */
  text: string;
  start: number;
}

const ABSTRACT = /<\w+:abstractNum\s[^>]*:abstractNumId="(\d+)"[^>]*>([\s\S]*?)<\/\w+:abstractNum>/g;
const LEVEL = /<\w+:lvl\s[^>]*:ilvl="(\d)"[^>]*>([\s\S]*?)<\/\w+:lvl>/g;
const NUMBER = /<\w+:num\s[^>]*:numId="(\d+)"[^>]*>([\s\S]*?)<\/\w+:num>/g;

/**
 * The labels that Word prints before list items (`6.2`, `(a)`, `iv.`), by which officials cite paragraphs. officeparser
 * counts the items, restarts included, but drops the pattern they are printed in: that is read from numbering.xml here.
 */
export class DocxNumbering {
  readonly #lists = new Map<string, Map<number, Level>>();
  readonly #reached = new Map<string, number[]>();

  constructor(numberingXml: string) {
    const abstract = new Map<string, Map<number, Level>>();
    for (const [, id = '', body = ''] of numberingXml.matchAll(ABSTRACT)) {
      const levels = new Map<number, Level>();
      for (const [, level = '0', inner = ''] of body.matchAll(LEVEL)) {
        levels.set(Number(level), {
          format: valueOf('numFmt', inner) ?? 'decimal',
          text: valueOf('lvlText', inner) ?? '',
          start: Number(valueOf('start', inner) ?? 1),
        });
      }
      abstract.set(id, levels);
    }
    for (const [, id = '', body = ''] of numberingXml.matchAll(NUMBER)) {
      const levels = abstract.get(valueOf('abstractNumId', body) ?? '');
      if (levels) this.#lists.set(id, levels);
    }
  }

  /** Empty for bullets and for lists that numbering.xml does not hold. Items must come in reading order. */
  label(item: OfficeContentNode): string {
    if (item.type !== 'list' || !item.metadata) return '';
    const { listId, indentation, itemIndex } = item.metadata;
    const levels = this.#lists.get(listId);
    const level = levels?.get(indentation);
    if (!levels || !level) return '';
    const reached = this.#reached.get(listId) ?? [];
    reached[indentation] = itemIndex + 1;
    this.#reached.set(listId, reached);
    if (level.format === 'bullet' || level.format === 'none') return '';
    return level.text.replace(/%(\d)/g, (_, digit: string) => {
      const index = Number(digit) - 1;
      const of = levels.get(index);
      return formatNumber(reached[index] ?? of?.start ?? 1, of?.format ?? 'decimal');
    });
  }
}

function valueOf(name: string, xml: string): string | undefined {
  return new RegExp(`<\\w+:${name}\\s[^>]*:val="([^"]*)"`).exec(xml)?.[1];
}

function formatNumber(number: number, format: string): string {
  if (format === 'lowerLetter') return letters(number);
  if (format === 'upperLetter') return letters(number).toUpperCase();
  if (format === 'lowerRoman') return roman(number).toLowerCase();
  if (format === 'upperRoman') return roman(number);
  return format === 'decimalZero' && number < 10 ? `0${number}` : String(number);
}

/** As Word counts: z is followed by aa, bb, cc. */
function letters(number: number): string {
  const letter = String.fromCharCode(97 + ((number - 1) % 26));
  return letter.repeat(Math.min(20, Math.floor((number - 1) / 26) + 1));
}

const ROMAN: [number, string][] = [
  [1000, 'M'],
  [900, 'CM'],
  [500, 'D'],
  [400, 'CD'],
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
];

function roman(number: number): string {
  let rest = Math.min(number, 5_000);
  let text = '';
  for (const [value, sign] of ROMAN) {
    while (rest >= value) {
      text += sign;
      rest -= value;
    }
  }
  return text;
}
