import type { DefaultTreeAdapterTypes } from 'parse5';
import { attribute, type Declarations } from './html-styles.ts';

type Element = DefaultTreeAdapterTypes.Element;
type Colour = readonly [red: number, green: number, blue: number];

/** Text of this size in pixels or less is not read by anyone; the smallest print of mails has 8. */
const UNREADABLE_PIXELS = 2;
/** A width or height of one pixel shows nothing: the way pages hide words meant for screen readers only. */
const UNSEEN_PIXELS = 1;
/** Further than this off the page, nothing can be scrolled to. */
const OFF_PAGE_PIXELS = 500;
/** Colours closer than this (of 441) cannot be told apart. */
const SAME_COLOUR_DISTANCE = 24;

/** How text in an element looks, inherited from element to element. */
export interface Look {
  /** Nothing inside can be seen, whatever it says itself. */
  gone: boolean;
  /** `visibility`: an element inside may come back. */
  visible: boolean;
  fontPixels: number;
  colour: Colour | 'transparent' | undefined;
  /** Undefined where a picture or an unknown value stands behind the text. */
  background: Colour | undefined;
  preformatted: boolean;
}

export const PAGE_LOOK: Look = {
  gone: false,
  visible: true,
  fontPixels: 16,
  colour: [0, 0, 0],
  background: [255, 255, 255],
  preformatted: false,
};

/** Whether a person can see text with this look. */
export function canBeSeen(look: Look): boolean {
  if (look.gone || !look.visible || look.fontPixels <= UNREADABLE_PIXELS || look.colour === 'transparent') return false;
  return !(look.colour && look.background && distance(look.colour, look.background) < SAME_COLOUR_DISTANCE);
}

/** The look inside `element`, from the look around it and what its styles and attributes say. */
export function lookInside(element: Element, styles: Declarations, outer: Look): Look {
  const visibility = styles.get('visibility');
  const fontPixels = fontSize(element, styles, outer.fontPixels);
  return {
    gone: outer.gone || isGone(element, styles, fontPixels),
    visible: visibility === undefined ? outer.visible : visibility === 'visible' || (visibility === 'inherit' && outer.visible),
    fontPixels,
    colour: colourOf(
      styles.get('color') ?? attribute(element, 'color') ?? (element.tagName === 'body' ? attribute(element, 'text') : undefined),
      outer.colour,
    ),
    background: backgroundOf(element, styles, outer.background),
    preformatted: outer.preformatted || element.tagName === 'pre' || /^pre/.test(styles.get('white-space') ?? ''),
  };
}

function isGone(element: Element, styles: Declarations, fontPixels: number): boolean {
  if (attribute(element, 'hidden') !== undefined && styles.get('display') === undefined) return true;
  if (styles.get('display') === 'none' || styles.get('mso-hide') === 'all' || styles.get('content-visibility') === 'hidden') return true;
  if (Number.parseFloat(styles.get('opacity') ?? '1') < 0.05 || Number.parseFloat(styles.get('zoom') ?? '1') === 0) return true;
  if (/opacity\(\s*0*(?:\.0\d*)?%?\s*\)/.test(styles.get('filter') ?? '')) return true;
  const pixels = (name: string): number | undefined => lengthPixels(styles.get(name), fontPixels);
  return isOffPage(styles, pixels) || isClipped(element, styles, pixels);
}

type PixelsOf = (name: string) => number | undefined;

function isOffPage(styles: Declarations, pixels: PixelsOf): boolean {
  const positioned = ['absolute', 'fixed', 'relative'].includes(styles.get('position') ?? '');
  const names = positioned
    ? ['left', 'top', 'right', 'bottom', 'margin-left', 'margin-top', 'text-indent']
    : ['margin-left', 'margin-top', 'text-indent'];
  if (names.some((name) => (pixels(name) ?? 0) <= -OFF_PAGE_PIXELS)) return true;
  const moved = /translate[xy]?\(\s*(-\d+)px/.exec(styles.get('transform') ?? '')?.[1];
  return /scale[xy]?\(\s*0/.test(styles.get('transform') ?? '') || Number(moved ?? 0) <= -OFF_PAGE_PIXELS;
}

function isClipped(element: Element, styles: Declarations, pixels: PixelsOf): boolean {
  const absolute = ['absolute', 'fixed'].includes(styles.get('position') ?? '');
  if (absolute && /^rect\(\s*[01](px)?[\s,]+[01](px)?[\s,]+[01](px)?[\s,]+[01](px)?\s*\)$/.test(styles.get('clip') ?? '')) return true;
  if (/^(inset\(\s*(50|100)%|circle\(\s*0|polygon\(\s*0(px)? 0(px)?,\s*0(px)? 0)/.test(styles.get('clip-path') ?? '')) return true;
  const cutOff = ['overflow', 'overflow-x', 'overflow-y'].some((name) => ['hidden', 'clip'].includes(styles.get(name) ?? ''));
  if (!cutOff || ['td', 'th', 'tr', 'table', 'tbody', 'html', 'body'].includes(element.tagName)) return false;
  return ['height', 'width', 'max-height', 'max-width'].some((name) => (pixels(name) ?? Infinity) <= UNSEEN_PIXELS);
}

const FONT_WORDS: Record<string, number> = {
  'xx-small': 9,
  'x-small': 10,
  small: 13,
  medium: 16,
  large: 18,
  'x-large': 24,
  'xx-large': 32,
};

function fontSize(element: Element, styles: Declarations, outer: number): number {
  const own = styles.get('font-size') ?? /(?:^|\s)(0|\d*\.?\d+(?:px|pt|em|rem|%))(?:\s*\/|\s)/.exec(styles.get('font') ?? '')?.[1];
  if (own === undefined) return element.tagName === 'font' && attribute(element, 'size') !== undefined ? Math.max(outer, 10) : outer;
  if (/^\d*\.?\d+%$/.test(own)) return (Number.parseFloat(own) / 100) * outer;
  return FONT_WORDS[own] ?? lengthPixels(own, outer) ?? outer;
}

const UNIT_PIXELS: Record<string, number> = { '': 1, px: 1, pt: 4 / 3, pc: 16, in: 96, cm: 37.8, mm: 3.78, vw: 12, vh: 8, rem: 16 };

function lengthPixels(value: string | undefined, fontPixels: number): number | undefined {
  const [, number, unit = ''] = /^(-?\d*\.?\d+)(px|pt|pc|in|cm|mm|em|ex|rem|vw|vh|%|)$/.exec(value ?? '') ?? [];
  if (number === undefined) return undefined;
  if (unit === '%') return Number(number) === 0 ? 0 : Number(number) * 10;
  return Number(number) * (unit === 'em' || unit === 'ex' ? fontPixels : (UNIT_PIXELS[unit] ?? 1));
}

function backgroundOf(element: Element, styles: Declarations, outer: Colour | undefined): Colour | undefined {
  const shorthand = styles.get('background');
  const picture = styles.get('background-image') ?? shorthand ?? '';
  if (/url\(|gradient/.test(picture) || attribute(element, 'background') !== undefined) return undefined;
  const value = styles.get('background-color') ?? shorthand ?? attribute(element, 'bgcolor');
  if (value === undefined || value === 'none' || value === 'transparent') return outer;
  const found = parseColour(value) ?? parseColour(value.split(/\s+(?![^(]*\))/)[0] ?? '');
  return found === 'transparent' ? outer : found;
}

function colourOf(value: string | undefined, outer: Look['colour']): Look['colour'] {
  return value === undefined || value === 'inherit' || value === 'currentcolor' ? outer : parseColour(value);
}

const NAMED: Record<string, Colour> = {
  white: [255, 255, 255],
  snow: [255, 250, 250],
  ivory: [255, 255, 240],
  ghostwhite: [248, 248, 255],
  whitesmoke: [245, 245, 245],
  floralwhite: [255, 250, 240],
  mintcream: [245, 255, 250],
  azure: [240, 255, 255],
  aliceblue: [240, 248, 255],
  black: [0, 0, 0],
  silver: [192, 192, 192],
  gray: [128, 128, 128],
  grey: [128, 128, 128],
  lightgray: [211, 211, 211],
  lightgrey: [211, 211, 211],
  red: [255, 0, 0],
  blue: [0, 0, 255],
  navy: [0, 0, 128],
  green: [0, 128, 0],
  yellow: [255, 255, 0],
};

function parseColour(value: string): Colour | 'transparent' | undefined {
  const text = value.trim().toLowerCase();
  if (text === 'transparent') return 'transparent';
  const named = NAMED[text];
  if (named) return named;
  const hex = /^#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/.exec(text)?.[1];
  if (hex !== undefined) {
    const digits = hex.length < 6 ? hex.replace(/./g, '$&$&') : hex;
    if (digits.length === 8 && Number.parseInt(digits.slice(6), 16) < 13) return 'transparent';
    return [0, 2, 4].map((place) => Number.parseInt(digits.slice(place, place + 2), 16)) as unknown as Colour;
  }
  const [, lightness] = /^hsla?\(\s*[\d.]+(?:deg)?[\s,]+[\d.]+%[\s,]+([\d.]+)%/.exec(text) ?? [];
  // White and black are the same in every hue; other colours of this form are left unknown.
  if (lightness !== undefined) return Number(lightness) >= 97 ? [255, 255, 255] : Number(lightness) <= 3 ? [0, 0, 0] : undefined;
  const parts = /^rgba?\(([^)]*)\)$/
    .exec(text)?.[1]
    ?.split(/[\s,/]+/)
    .filter((part) => part !== '');
  if (!parts || parts.length < 3) return undefined;
  if (parts[3] !== undefined && Number.parseFloat(parts[3]) < 0.05) return 'transparent';
  const numbers = parts.slice(0, 3).map((part) => (part.endsWith('%') ? Number.parseFloat(part) * 2.55 : Number.parseFloat(part)));
  return numbers.some((number) => Number.isNaN(number)) ? undefined : (numbers as unknown as Colour);
}

function distance(one: Colour, other: Colour): number {
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}
