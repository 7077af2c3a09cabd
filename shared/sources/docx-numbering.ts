import { attributeOf, matchTags } from './xml-tags.ts';

interface Level {
  format: string;
  /** `%1.%2`: the numbers of the levels, with what is printed around them. */
  text: string;
  start: number;
  restarts: boolean;
  /** The paragraph style that stands for this level. */
  style: string | undefined;
}

interface List {
  /** Lists of one pattern go on counting from each other. */
  pattern: string;
  /** Levels that this list starts anew, on its first item. */
  overrides: Map<number, number>;
}

/** What a paragraph says of its number. */
interface Said {
  numId?: string;
  level?: number;
  style?: string;
}

interface Label {
  at: number;
  text: string;
  hasWords: boolean;
}

interface Place {
  list: string | undefined;
  level: number | undefined;
}

/**
 * Writes the numbers that Word prints before paragraphs and headings (`6.2`, `(a)`, `iv.`) into the text, for officials
 * cite paragraphs by them. officeparser 8.1.1 counts items but drops the pattern they are printed in, does not start a
 * lower level again under the next paragraph (`2.3` for `2.1`, measured) and knows no numbers of headings.
 */
export class DocxNumbering {
  readonly #patterns = new Map<string, Map<number, Level>>();
  readonly #lists = new Map<string, List>();
  readonly #styles: Map<string, Place>;
  readonly #reached = new Map<string, (number | undefined)[]>();
  readonly #begun = new Set<string>();

  constructor(numberingXml: string, stylesXml: string) {
    const linked = new Map<string, string>();
    for (const [, attributes = '', body = ''] of numberingXml.matchAll(ABSTRACT)) {
      const id = attributeOf('abstractNumId', attributes);
      this.#patterns.set(id, levelsOf(body));
      const style = valueOf('styleLink', body);
      if (style !== undefined) linked.set(style, id);
    }
    for (const [, attributes = '', body = ''] of numberingXml.matchAll(ABSTRACT)) {
      const other = linked.get(valueOf('numStyleLink', body) ?? '');
      if (other !== undefined)
        this.#patterns.set(attributeOf('abstractNumId', attributes), this.#patterns.get(other) ?? new Map<number, Level>());
    }
    for (const [, attributes = '', body = ''] of numberingXml.matchAll(NUMBER)) {
      const overrides = new Map<number, number>();
      for (const [, override = '', inner = ''] of body.matchAll(OVERRIDE)) {
        const start = valueOf('startOverride', inner);
        if (start !== undefined) overrides.set(Number(attributeOf('ilvl', override)), Number(start));
      }
      this.#lists.set(attributeOf('numId', attributes), { pattern: valueOf('abstractNumId', body) ?? '', overrides });
    }
    this.#styles = stylePlaces(stylesXml);
  }

  /** The part with its numbers as text. */
  write(xml: string): string {
    if (this.#lists.size === 0) return xml;
    let written = '';
    let place = 0;
    for (const { at, text } of this.#labels(xml)) {
      written += `${xml.slice(place, at)}<w:r><w:t xml:space="preserve">${text.replace(/&/g, '&amp;').replace(/</g, '&lt;')} </w:t></w:r>`;
      place = at;
    }
    return written + xml.slice(place);
  }

  /** Where a label goes, in order; paragraphs without words count, but theirs is not written. */
  #labels(xml: string): Label[] {
    const found: Label[] = [];
    const open: string[] = [];
    const paragraphs: (Label | undefined)[] = [];
    let said: Said = {};
    let fallbacks = 0;
    for (const { name, attributes, closes, empty, end } of matchTags(xml)) {
      if (!closes) {
        open.push(name);
        // Text boxes are written twice: the second time for old readers.
        if (name === 'Fallback') fallbacks += 1;
        else if (name === 'p') paragraphs.push(undefined);
        else if (name === 'pPr') said = {};
        else if (name === 'pStyle') said.style = attributeOf('val', attributes);
        else if (name === 'numId' && open.at(-2) === 'numPr') said.numId = attributeOf('val', attributes);
        else if (name === 'ilvl' && open.at(-2) === 'numPr') said.level = Number(attributeOf('val', attributes));
        else if (name === 't') noteWords(paragraphs.at(-1));
      }
      if (!closes && !empty) continue;
      if (open.at(-1) === name) open.pop();
      if (name === 'Fallback') fallbacks -= 1;
      else if (name === 'p') paragraphs.pop();
      else if (name === 'pPr' && open.at(-1) === 'p' && fallbacks === 0) {
        const label: Label = { at: end, text: this.#labelOf(said), hasWords: false };
        found.push(label);
        paragraphs.splice(-1, 1, label);
      }
    }
    return found.filter((label) => label.text !== '' && label.hasWords);
  }

  #labelOf({ numId, level, style }: Said): string {
    const ofStyle = style === undefined ? undefined : this.#styles.get(style);
    const id = numId ?? ofStyle?.list;
    const list = id === undefined ? undefined : this.#lists.get(id);
    const levels = list && this.#patterns.get(list.pattern);
    if (id === undefined || !list || !levels) return '';
    const ofPattern = [...levels].find(([, one]) => style !== undefined && one.style === style)?.[0];
    return this.#count(id, list, levels, level ?? ofStyle?.level ?? ofPattern ?? 0);
  }

  #count(id: string, list: List, levels: Map<number, Level>, at: number): string {
    const level = levels.get(at);
    if (!level) return '';
    const reached = this.#reached.get(list.pattern) ?? [];
    this.#reached.set(list.pattern, reached);
    const override = this.#begun.has(`${id} ${at}`) ? undefined : list.overrides.get(at);
    this.#begun.add(`${id} ${at}`);
    const last = reached[at];
    reached[at] = override ?? (last === undefined ? level.start : last + 1);
    for (let deeper = at + 1; deeper < reached.length; deeper += 1) if (levels.get(deeper)?.restarts !== false) reached[deeper] = undefined;
    if (level.format === 'bullet' || level.format === 'none') return '';
    return level.text
      .replace(/%(\d)/g, (_, digit: string) => {
        const index = Number(digit) - 1;
        const number = (reached[index] ??= levels.get(index)?.start ?? 1);
        return formatNumber(number, levels.get(index)?.format ?? 'decimal');
      })
      .trim();
  }
}

const ABSTRACT = /<\w+:abstractNum\s([^>]*)>([\s\S]*?)<\/\w+:abstractNum>/g;
const LEVEL = /<\w+:lvl\s([^>]*)>([\s\S]*?)<\/\w+:lvl>/g;
const NUMBER = /<\w+:num\s([^>]*)>([\s\S]*?)<\/\w+:num>/g;
const OVERRIDE = /<\w+:lvlOverride\s([^>]*)>([\s\S]*?)<\/\w+:lvlOverride>/g;
const STYLE = /<\w+:style\s([^>]*)>([\s\S]*?)<\/\w+:style>/g;

function noteWords(label: Label | undefined): void {
  if (label) label.hasWords = true;
}

function levelsOf(pattern: string): Map<number, Level> {
  const levels = new Map<number, Level>();
  for (const [, attributes = '', body = ''] of pattern.matchAll(LEVEL)) {
    levels.set(Number(attributeOf('ilvl', attributes)), {
      format: valueOf('numFmt', body) ?? 'decimal',
      text: (valueOf('lvlText', body) ?? '').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&'),
      start: Number(valueOf('start', body) ?? 1),
      restarts: valueOf('lvlRestart', body) !== '0',
      style: valueOf('pStyle', body),
    });
  }
  return levels;
}

/** The list and level that each paragraph style brings, its own or that of the style it is based on. */
function stylePlaces(stylesXml: string): Map<string, Place> {
  const own = new Map<string, Place & { base: string | undefined }>();
  for (const [, attributes = '', body = ''] of stylesXml.matchAll(STYLE)) {
    const numbers = /<\w+:numPr>([\s\S]*?)<\/\w+:numPr>/.exec(body)?.[1];
    const level = numbers === undefined ? undefined : valueOf('ilvl', numbers);
    own.set(attributeOf('styleId', attributes), {
      list: numbers === undefined ? undefined : valueOf('numId', numbers),
      level: level === undefined ? undefined : Number(level),
      base: valueOf('basedOn', body),
    });
  }
  const places = new Map<string, Place>();
  for (const [id, style] of own) {
    let { list, level, base } = style;
    // Styles rest on each other a few deep; a ring of them must end, too.
    for (let deep = 0; deep < 12 && base !== undefined && list === undefined; deep += 1) {
      const under = own.get(base);
      list = under?.list;
      level ??= under?.level;
      base = under?.base;
    }
    if (list !== undefined) places.set(id, { list, level });
  }
  return places;
}

function valueOf(name: string, xml: string): string | undefined {
  const attributes = new RegExp(`<\\w+:${name}\\s([^>]*)>`).exec(xml)?.[1];
  return attributes === undefined ? undefined : attributeOf('val', attributes);
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
  const place = Math.max(0, number - 1);
  return String.fromCharCode(97 + (place % 26)).repeat(Math.min(20, Math.floor(place / 26) + 1));
}

const ROMAN: readonly (readonly [number, string])[] = [
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
    for (; rest >= value; rest -= value) text += sign;
  }
  return text;
}
