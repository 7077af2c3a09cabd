import type { DefaultTreeAdapterTypes } from 'parse5';

type Element = DefaultTreeAdapterTypes.Element;

/** Rules that are looked at; a newsletter has up to 400. */
const MAX_RULES = 5_000;
/** Characters of style sheets that are read; what comes after hides nothing. */
const MAX_STYLE_CHARACTERS = 500_000;

/** Property names in lower case to values in lower case. */
export type Declarations = Map<string, string>;

interface Compound {
  tag: string | undefined;
  id: string | undefined;
  classes: string[];
  attributes: { name: string; value: string | undefined }[];
}

interface Rule {
  /** The last compound is the element's own; the ones before stand in its ancestors, in this order. */
  compounds: Compound[];
  weight: number;
  declarations: { name: string; value: string; important: boolean }[];
}

/**
 * The styles of one HTML document, for the question "can a person see this": rules with tag, id, class and attribute
 * selectors, joined by descent; `@media` for the screen. Not read: sibling and pseudo selectors, widths, variables.
 * A real cascade (jsdom, css-select with a CSSOM) takes seconds for a newsletter and asks the same few properties.
 */
export class HtmlStyles {
  readonly #byKey = new Map<string, Rule[]>();
  readonly #matched = new WeakMap<Element, Map<string, Rule[]>>();
  #count = 0;

  constructor(styleSheets: string) {
    this.#readRules(plainCss(styleSheets.slice(0, MAX_STYLE_CHARACTERS).replace(/<!--|-->/g, ' ')));
  }

  /** The declarations that hold for an element; `ancestors` from the root down. */
  of(element: Element, ancestors: readonly Element[]): Declarations {
    const inline = parseDeclarations(plainCss(attribute(element, 'style') ?? ''));
    const rules = this.#rulesFor(element, ancestors);
    const found: Declarations = new Map();
    const layers = [...rules.map((rule) => rule.declarations), inline];
    for (const important of [false, true]) {
      for (const layer of layers) {
        for (const declaration of layer) if (declaration.important === important) found.set(declaration.name, declaration.value);
      }
    }
    return found;
  }

  /** Elements alike under the same parent fall under the same rules: a list of 20,000 rows is matched once. */
  #rulesFor(element: Element, ancestors: readonly Element[]): Rule[] {
    const parent = ancestors.at(-1);
    if (this.#count === 0 || !parent) return [];
    const key = [
      element.tagName,
      ...element.attrs.filter(({ name }) => name !== 'style').map(({ name, value }) => `${name}=${value}`),
    ].join('\n');
    const known = this.#matched.get(parent) ?? new Map<string, Rule[]>();
    this.#matched.set(parent, known);
    const found = known.get(key) ?? this.#candidates(element).filter((rule) => matches(rule, element, ancestors));
    if (!known.has(key))
      known.set(
        key,
        found.sort((one, other) => one.weight - other.weight),
      );
    return found;
  }

  #candidates(element: Element): Rule[] {
    const keys = [`#${attribute(element, 'id') ?? ''}`, element.tagName, '*', ...classesOf(element).map((name) => `.${name}`)];
    return [...new Set(keys.flatMap((key) => this.#byKey.get(key) ?? []))];
  }

  #readRules(css: string): void {
    let place = 0;
    while (place < css.length && this.#count < MAX_RULES) {
      const open = css.indexOf('{', place);
      if (open < 0) return;
      const prelude = css.slice(place, open).split(';').at(-1)?.trim() ?? '';
      const close = closingBrace(css, open);
      const body = css.slice(open + 1, close);
      if (!prelude.startsWith('@')) this.#addRule(prelude, body);
      else if (isForScreen(prelude)) this.#readRules(body);
      place = close + 1;
    }
  }

  #addRule(selectors: string, body: string): void {
    const declarations = parseDeclarations(body);
    for (const selector of selectors.split(',')) {
      const compounds = parseSelector(selector.trim());
      const own = compounds?.at(-1);
      if (!compounds || !own) continue;
      this.#count += 1;
      const ids = compounds.filter((one) => one.id !== undefined).length;
      const classes = compounds.reduce((sum, one) => sum + one.classes.length + one.attributes.length, 0);
      const tags = compounds.filter((one) => one.tag !== undefined).length;
      const rule = { compounds, declarations, weight: (ids * 1e4 + classes * 1e2 + tags) * MAX_RULES * 2 + this.#count };
      const key = own.id !== undefined ? `#${own.id}` : own.classes[0] !== undefined ? `.${own.classes[0]}` : (own.tag ?? '*');
      this.#byKey.set(key, [...(this.#byKey.get(key) ?? []), rule]);
    }
  }
}

export function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((one) => one.name === name)?.value;
}

export function classesOf(element: Element): string[] {
  return (attribute(element, 'class') ?? '').split(/\s+/).filter((name) => name !== '');
}

/** Without comments and escapes, which spell `none` in a hundred ways. */
function plainCss(css: string): string {
  if (!/[\\/]/.test(css)) return css;
  return css
    .replace(/\/\*[\s\S]*?(?:\*\/|$)/g, '')
    .replace(/\\([0-9a-f]{1,6})\s?|\\([^\n])/gi, (_, code: string | undefined, character: string) => {
      const point = Number.parseInt(code ?? '', 16);
      return Number.isNaN(point) ? character : point < 0x110000 ? String.fromCodePoint(point) : '';
    });
}

function closingBrace(css: string, open: number): number {
  let depth = 0;
  for (let place = open; place < css.length; place += 1) {
    if (css[place] === '{') depth += 1;
    else if (css[place] === '}') {
      depth -= 1;
      if (depth === 0) return place;
    }
  }
  return css.length;
}

/** Rules of a width are for telephones: they would hide what a person sees here, or show what they do not. */
function isForScreen(prelude: string): boolean {
  return /^@media\b/i.test(prelude) && !/print|speech|width|height|orientation|resolution|prefers-color-scheme/i.test(prelude);
}

function parseDeclarations(body: string): Rule['declarations'] {
  const found: Rule['declarations'] = [];
  for (const part of body.split(';')) {
    const colon = part.indexOf(':');
    if (colon < 0) continue;
    const value = part
      .slice(colon + 1)
      .trim()
      .toLowerCase();
    const important = /!\s*important$/.test(value);
    found.push({ name: part.slice(0, colon).trim().toLowerCase(), value: value.replace(/\s*!\s*important$/, ''), important });
  }
  return found;
}

const COMPOUND_PART = /^(?:([a-z][\w-]*|\*)|#([\w-]+)|\.([\w-]+)|\[\s*([\w-]+)\s*(?:[~|^$*]?=\s*["']?([^\]"']*)["']?\s*)?\])/i;

function parseSelector(selector: string): Compound[] | undefined {
  if (selector === '' || /[+~:]/.test(selector.replace(/\[[^\]]*\]/g, ''))) return undefined;
  const compounds: Compound[] = [];
  for (const text of selector.replace(/\s*>\s*/g, ' ').split(/\s+/)) {
    const compound: Compound = { tag: undefined, id: undefined, classes: [], attributes: [] };
    let rest = text;
    while (rest !== '') {
      const part = COMPOUND_PART.exec(rest);
      if (!part) return undefined;
      const [whole, tag, id, name, attributeName, value] = part;
      if (tag !== undefined && tag !== '*') compound.tag = tag.toLowerCase();
      if (id !== undefined) compound.id = id;
      if (name !== undefined) compound.classes.push(name);
      if (attributeName !== undefined) compound.attributes.push({ name: attributeName.toLowerCase(), value });
      rest = rest.slice(whole.length);
    }
    compounds.push(compound);
  }
  return compounds;
}

function matches(rule: Rule, element: Element, ancestors: readonly Element[]): boolean {
  const own = rule.compounds.at(-1);
  if (!own || !fits(own, element)) return false;
  let place = ancestors.length - 1;
  for (let index = rule.compounds.length - 2; index >= 0; index -= 1) {
    const compound = rule.compounds[index];
    while (place >= 0 && !(compound && ancestors[place] && fits(compound, ancestors[place] as Element))) place -= 1;
    if (place < 0) return false;
    place -= 1;
  }
  return true;
}

function fits(compound: Compound, element: Element): boolean {
  if (compound.tag !== undefined && compound.tag !== element.tagName) return false;
  if (compound.id !== undefined && compound.id !== attribute(element, 'id')) return false;
  if (compound.classes.length > 0) {
    const classes = classesOf(element);
    if (!compound.classes.every((name) => classes.includes(name))) return false;
  }
  return compound.attributes.every(({ name, value }) => {
    const actual = attribute(element, name);
    return actual !== undefined && (value === undefined || actual.includes(value));
  });
}
