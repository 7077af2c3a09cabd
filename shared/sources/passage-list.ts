import type { Locator, Notice } from '../contract/task-result.ts';
import type { UnnumberedPassage } from '../passage.ts';
import { cleanText } from './clean-text.ts';
import { MAX_PASSAGE_CHARACTERS, MAX_SOURCE_CHARACTERS } from './read-limits.ts';

const sentences = new Intl.Segmenter('en-GB', { granularity: 'sentence' });

/** Collects the passages of one source in reading order: cleans, splits, counts paragraphs, keeps the heading path. */
export class PassageList {
  readonly passages: UnnumberedPassage[] = [];
  readonly #headings: { level: number; text: string }[] = [];
  #place: Locator = {};
  #paragraph = 0;
  #characters = 0;
  #cut = false;
  #said = false;

  /** A new page, sheet or message: paragraphs count from 1 again. */
  startPlace(place: Locator): void {
    this.#place = place;
    this.#paragraph = 0;
  }

  /** A heading is a passage of its own and stands in the locator of what follows, with the headings above it. */
  addHeading(text: string, level: number): void {
    const clean = cleanText(text).replace(/\n+/g, ' ');
    if (clean === '') return;
    while ((this.#headings.at(-1)?.level ?? 0) >= level) this.#headings.pop();
    this.add(clean, 'heading');
    this.#headings.push({ level, text: clean.slice(0, 200) });
  }

  /** `place` adds to the locator, such as the name of a header; blank text is no passage. */
  add(text: string, role: UnnumberedPassage['role'] = 'own', place: Locator = {}): void {
    if (this.#cut) return;
    const clean = cleanText(this.cutToLimit(text));
    if (clean === '') return;
    this.#paragraph += 1;
    const heading = this.#headings.map((one) => one.text).join(' > ');
    const locator = { ...this.#place, paragraph: this.#paragraph, ...(heading === '' ? {} : { heading }), ...place };
    for (const part of splitLongText(clean)) {
      this.#characters += part.length;
      if (this.#characters > MAX_SOURCE_CHARACTERS) {
        this.#cut = true;
        return;
      }
      this.passages.push({ text: part, locator, role });
    }
  }

  /** At most as much of a text as a list holds: a hostile 50 MB of line breaks should not be split first and cut then. */
  cutToLimit(text: string): string {
    const room = MAX_SOURCE_CHARACTERS - this.#characters;
    if (text.length <= room) return text;
    this.#said = true;
    return text.slice(0, Math.max(0, room));
  }

  /** What must be said about the list itself. */
  notices(name: string): Notice[] {
    if (!this.#cut && !this.#said) return [];
    return [
      {
        code: 'text-cut',
        message: `${name} is longer than we can read. Only about its first 800,000 words were read; send the rest separately.`,
      },
    ];
  }
}

/** Parts of at most MAX_PASSAGE_CHARACTERS, cut after sentences; within a sentence only where it alone is longer. */
export function splitLongText(text: string): string[] {
  if (text.length <= MAX_PASSAGE_CHARACTERS) return [text];
  const parts: string[] = [];
  let part = '';
  for (const { segment } of sentences.segment(text)) {
    for (const piece of cutSentence(segment)) {
      if (part !== '' && part.length + piece.length > MAX_PASSAGE_CHARACTERS) {
        parts.push(part.trim());
        part = '';
      }
      part += piece;
    }
  }
  parts.push(part.trim());
  return parts.filter((one) => one !== '');
}

function cutSentence(sentence: string): string[] {
  const pieces: string[] = [];
  let rest = sentence;
  while (rest.length > MAX_PASSAGE_CHARACTERS) {
    const space = rest.lastIndexOf(' ', MAX_PASSAGE_CHARACTERS - 1);
    const end = space > 0 ? space + 1 : MAX_PASSAGE_CHARACTERS;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  pieces.push(rest);
  return pieces;
}
