import { attributeOf, matchTags, type XmlTag } from './xml-tags.ts';

/** What Word keeps from the reader's eyes in one XML part, and the part without it. */
export interface DocxPart {
  xml: string;
  /** Runs formatted as hidden, in white on nothing, or too small to read. */
  hidden: string[];
  /** Tracked deletions: Word shows them struck through to some, and not at all to others. */
  deleted: string[];
}

/** Half-points, as Word counts: 2 points and less is read by nobody. */
const UNREADABLE_HALF_POINTS = 4;
const WORTH_A_LOOK = /vanish|="(?:F{6}|f{6})"|:sz\s[^>]*="[1-4]"|delText/;
const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'" };

interface Run {
  start: number;
  hidden: boolean;
  text: string;
}

/**
 * Takes out the runs that nobody sees. officeparser 8.1.1 and mammoth 1.13 both give `w:vanish`, white and one-point
 * text like any other (measured), and neither says afterwards which it was. White counts only on a bare page: table
 * cells and text boxes may have any colour behind it.
 */
export function removeHiddenRuns(xml: string, hiddenStyles: ReadonlySet<string>): DocxPart {
  const part: DocxPart = { xml, hidden: [], deleted: [] };
  if (!WORTH_A_LOOK.test(xml) && hiddenStyles.size === 0) return part;
  const scan = new RunScan(xml, hiddenStyles);
  for (const tag of matchTags(xml)) scan.take(tag);
  let place = 0;
  let kept = '';
  for (const { start, end } of scan.cuts) {
    if (start < place) continue;
    kept += xml.slice(place, start);
    place = end;
  }
  return { xml: kept + xml.slice(place), hidden: scan.hidden, deleted: scan.deleted };
}

class RunScan {
  readonly hidden: string[] = [];
  readonly deleted: string[] = [];
  readonly #found: { start: number; end: number }[] = [];
  readonly #xml: string;
  readonly #hiddenStyles: ReadonlySet<string>;
  readonly #open: string[] = [];
  readonly #runs: Run[] = [];
  readonly #paragraphHidden: boolean[] = [];
  #coloured = 0;
  #textFrom = -1;

  constructor(xml: string, hiddenStyles: ReadonlySet<string>) {
    this.#xml = xml;
    this.#hiddenStyles = hiddenStyles;
  }

  /** Outer cuts come before the ones inside them. */
  get cuts(): { start: number; end: number }[] {
    return this.#found.sort((one, other) => one.start - other.start);
  }

  take({ name, attributes, closes, empty, start, end }: XmlTag): void {
    if (closes) this.#leave(name, start, end);
    else {
      this.#enter(name, attributes, start, end);
      if (empty) this.#leave(name, end, end);
    }
  }

  #enter(name: string, attributes: string, start: number, end: number): void {
    const parent = this.#open.at(-1);
    this.#open.push(name);
    if (name === 'r') this.#runs.push({ start, hidden: this.#paragraphHidden.at(-1) ?? false, text: '' });
    else if (name === 'p') this.#paragraphHidden.push(false);
    else if (name === 'tbl' || name === 'txbxContent') this.#coloured += 1;
    else if (name === 't' || name === 'delText') this.#textFrom = end;
    else if (name === 'pStyle' && this.#hiddenStyles.has(attributeOf('val', attributes))) this.#paragraphHidden.splice(-1, 1, true);
    else if (parent === 'rPr' && this.#open.at(-3) === 'r') this.#look(name, attributes);
  }

  #look(name: string, attributes: string): void {
    const run = this.#runs.at(-1);
    if (!run) return;
    const value = attributeOf('val', attributes);
    if (name === 'vanish') run.hidden = !['0', 'false', 'off'].includes(value);
    else if (name === 'rStyle' && this.#hiddenStyles.has(value)) run.hidden = true;
    else if (name === 'sz' && Number(value) > 0 && Number(value) <= UNREADABLE_HALF_POINTS) run.hidden = true;
    else if (name === 'color' && /^f{6}$/i.test(value) && this.#coloured === 0) run.hidden = true;
    // Shading behind the run makes its white readable; it comes after the colour in the schema's order.
    else if ((name === 'shd' || name === 'highlight') && run.hidden && !['none', 'white', 'clear'].includes(value)) run.hidden = false;
    else if (name === 'shd' && run.hidden && /:fill="(?!auto|F{6}|f{6})/.test(attributes)) run.hidden = false;
  }

  #leave(name: string, start: number, end: number): void {
    if (this.#open.at(-1) === name) this.#open.pop();
    if (name === 'p') this.#paragraphHidden.pop();
    else if (name === 'tbl' || name === 'txbxContent') this.#coloured -= 1;
    else if ((name === 't' || name === 'delText') && this.#textFrom >= 0) this.#endText(name, start);
    else if (name === 'r') this.#endRun(end);
  }

  #endText(name: string, end: number): void {
    const text = this.#xml.slice(this.#textFrom, end).replace(/&\w+;/g, (entity) => ENTITIES[entity] ?? entity);
    this.#textFrom = -1;
    const run = this.#runs.at(-1);
    if (name === 'delText') this.deleted.push(text);
    else if (run) run.text += text;
  }

  #endRun(end: number): void {
    const run = this.#runs.pop();
    if (!run?.hidden) return;
    this.#found.push({ start: run.start, end });
    if (run.text.trim() !== '') this.hidden.push(run.text.trim());
  }
}

const STYLE = /<\w+:style\s([^>]*)>([\s\S]*?)<\/\w+:style>/g;

/** The ids of styles whose text is hidden, those built on such a style included. */
export function hiddenStylesOf(stylesXml: string): Set<string> {
  const hidden = new Set<string>();
  if (!/:vanish\b/.test(stylesXml)) return hidden;
  const basedOn = new Map<string, string>();
  for (const [, attributes = '', body = ''] of stylesXml.matchAll(STYLE)) {
    const id = /:styleId\s*=\s*["']([^"']*)["']/.exec(attributes)?.[1];
    if (id === undefined) continue;
    const vanish = /<\w+:vanish\b([^>]*)>/.exec(body.replace(/<\w+:pPr>[\s\S]*?<\/\w+:pPr>/g, ''));
    if (vanish && !['0', 'false', 'off'].includes(attributeOf('val', vanish[1] ?? ''))) hidden.add(id);
    const base = /<\w+:basedOn\s([^>]*)>/.exec(body)?.[1];
    if (base !== undefined && !vanish) basedOn.set(id, attributeOf('val', base));
  }
  for (let grew = true; grew;) {
    grew = false;
    for (const [id, base] of basedOn) {
      if (!hidden.has(base) || hidden.has(id)) continue;
      hidden.add(id);
      grew = true;
    }
  }
  return hidden;
}
