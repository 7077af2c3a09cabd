import { stemmer } from 'stemmer';

/*
 * ROUGE-1 as Google's rouge_score counts it: lower case, letters and digits only, words of more than three letters stemmed (Porter). Written
 * here because the packages weighed do not stem alike: `rouge` and `js-rouge` on npm do not stem at all, and Python is no part of this house.
 */

/** The stemmed words that ROUGE-1 compares. */
export function rougeWords(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/gu) ?? [];
  return words.map((word) => (word.length > 3 ? stemmer(word) : word));
}

/** The F measure of the words that two texts share, 0 to 1; a word counts as often as both have it. */
export function rouge1(candidate: string, reference: string): number {
  const made = rougeWords(candidate);
  const wanted = rougeWords(reference);
  const left = new Map<string, number>();
  for (const word of wanted) left.set(word, (left.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of made) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    shared += 1;
    left.set(word, count - 1);
  }
  return shared === 0 ? 0 : (2 * shared) / (made.length + wanted.length);
}

/** The first words of a text, white space folded: what is compared must be as long as its reference. */
export function firstWords(text: string, count: number): string {
  return text.trim().split(/\s+/u).slice(0, count).join(' ');
}
