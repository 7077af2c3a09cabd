import { centralities } from './lexrank.ts';
import { cueWeight, isBoilerplate, isMachineText, mannersWeight, proseWeight, readsLikeHeading } from './noise.ts';
import type { Sentence } from './sentences.ts';
import { countTerms, termsOf, wordsOf } from './terms.ts';

/** A sentence with its weight, 0 to about 1.7 within its text, and its terms for telling repeats. */
export interface RankedSentence {
  sentence: Sentence;
  /** Place in reading order among the sentences that were ranked. */
  place: number;
  words: number;
  score: number;
  terms: Map<string, number>;
}

/**
 * Sentences compared with each other at once. Comparing pairs costs the square of their number: 1,500 is a 60-page report. A longer text
 * is ranked part by part, so that no part of it is left unread.
 */
const BLOCK_SENTENCES = 1_500;
/** Sentences from which what they share tells what is central; in a short mail no two sentences share a word, and the rest decides. */
const CENTRAL_FROM = 40;
/** Words in which a sentence can say something whole; shorter ones weigh less in proportion. */
const FULL_LENGTH = 24;
/** Beyond this a sentence fills a summary alone, and weighs less in proportion. */
const LONG_SENTENCE = 55;
/** What opening or closing a source adds, at most: purposes stand first, conclusions last. */
const OPENING_BONUS = 0.5;
const CLOSING_BONUS = 0.2;
/** How fast those fade: at a tenth of the way in, less than half is left. */
const FADE = 8;

function lengthWeight(words: number): number {
  return words > LONG_SENTENCE ? LONG_SENTENCE / words : Math.min(1, words / FULL_LENGTH);
}

function positionWeight(place: number, total: number): number {
  const way = total < 2 ? 0 : place / (total - 1);
  return 1 + OPENING_BONUS * Math.exp(-way * FADE) + CLOSING_BONUS * Math.exp(-(1 - way) * FADE);
}

/** For each sentence its place within its own source and how many that source has: an attachment has an opening of its own. */
function placesInSources(sentences: readonly Sentence[]): { place: number; total: number }[] {
  const totals = new Map<number, number>();
  const places = sentences.map(({ passage }) => {
    const place = totals.get(passage.source) ?? 0;
    totals.set(passage.source, place + 1);
    return place;
  });
  return sentences.map(({ passage }, at) => ({ place: places[at] ?? 0, total: totals.get(passage.source) ?? 1 }));
}

/** The heading that stands over each sentence: the reader's own, else the last line that looks like one. */
function headingsOver(sentences: readonly Sentence[]): (string | undefined)[] {
  let last: string | undefined;
  return sentences.map((sentence) => {
    if (readsLikeHeading(sentence)) last = sentence.text;
    return sentence.passage.locator.heading ?? last;
  });
}

/** The sentences that can be quoted, each with its weight, in reading order: LexRank with length, position and how much it reads like prose. */
export function rankSentences(sentences: readonly Sentence[]): RankedSentence[] {
  const usable = sentences.filter(({ text }) => !isBoilerplate(text) && !isMachineText(text));
  const places = placesInSources(usable);
  const headings = headingsOver(usable);
  const counts = usable.map(({ text }) => countTerms(termsOf(text)));
  const share = Math.min(1, usable.length / CENTRAL_FROM);
  const ranked: RankedSentence[] = [];
  for (let from = 0; from < usable.length; from += BLOCK_SENTENCES) {
    const central = centralities(counts.slice(from, from + BLOCK_SENTENCES));
    usable.slice(from, from + BLOCK_SENTENCES).forEach((sentence, at) => {
      const { place, total } = places[from + at] ?? { place: 0, total: 1 };
      const words = wordsOf(sentence.text).length;
      const score =
        (share * (central[at] ?? 0) + 1 - share) *
        lengthWeight(words) *
        proseWeight(sentence) *
        cueWeight(sentence.text, headings[from + at]) *
        mannersWeight(sentence.text) *
        positionWeight(place, total);
      ranked.push({ sentence, place: from + at, words, score, terms: counts[from + at] ?? new Map<string, number>() });
    });
  }
  return ranked;
}
