import type { Passage } from '../../passage.ts';
import { isBoilerplate, isMachineText, mannersWeight, readsLikeHeading } from './noise.ts';
import {
  answerKind,
  hasKind,
  namedAuthors,
  termsOfNames,
  wantedTerms,
  withFamily,
  type AnswerKind,
  type Wanted,
} from './question-terms.ts';
import { sentencesOf, type Sentence } from './sentences.ts';
import { termsOf, wordsOf } from './terms.ts';

/*
 * BM25 over positions instead of over documents (the positional language model of Lv and Zhai 2009, with BM25's saturation): a term counts
 * for its own sentence and, less and less, for its neighbours, so that the middle of the right discussion wins over a lone mention elsewhere.
 * On QMSum's committee questions 66 of 100 picked sentences lie in the humans' spans; BM25 by sentence gave 39, by best window 55.
 * minisearch and lunr were weighed: they rank whole documents, and know neither neighbours nor speakers.
 */

/** What a question found: the sentences in reading order, and how much of the question's weight stands together in one place, 0 to 1. */
export interface Found {
  found: boolean;
  sentences: Sentence[];
  coverage: number;
}

export interface Question {
  question: string;
  passages: readonly Passage[];
  /** The most sentences to give. */
  limit: number;
}

/** Reach of a term in terms of text, near and far, for a text that is long enough: about two sentences and about a page. */
const REACHES = [
  { least: 4, most: 20, share: 1 / 40 },
  { least: 8, most: 60, share: 1 / 15 },
] as const;
/** Beyond this many reaches a term's count is under 2 % and is left out. */
const CUT_OFF = 2.8;
/** The spread count from which a term counts as standing here: once within half the far reach. */
const FULLY_NEAR = 0.6;
/** BM25's k1: how soon more of the same term stops counting. */
const SATURATION = 2;
/** Terms of a stretch of text, for how rare a term is: a turn, a paragraph and a page differ too much in size to count by. A short text has 20. */
const STRETCH = { least: 8, most: 100, share: 1 / 20 };
/**
 * How much of a sentence's weight its surroundings give; the rest is its own words. In a mail of ten lines everything surrounds everything;
 * in a transcript the right discussion matters more than the right word.
 */
const SURROUNDINGS = { least: 0.5, most: 0.85, fullAtLines: 200 };
/** A sentence by the person the question names. */
const NAMED_AUTHOR = 1.7;
/** A sentence that has the date or the figure that is asked for. */
const RIGHT_KIND: Record<AnswerKind, number> = { time: 1.25, amount: 1.25, money: 1.6, any: 1 };
/** "Two questions from the Minister:" and "Impact on small firms" lead to an answer and are none. */
const LEAD_IN = 0.5;
/** In a document a question or a request repeats the words of ours and seldom answers it; in a discussion it is part of what was said. */
const ASKS_ITSELF = 0.8;
/** Two sentences with this share of their terms in common say the same: forms and reports repeat themselves. */
const SAME = 0.85;
/** Sentences that reach less than this share of the best are left out, however few remain. */
const LEAST_SHARE = 0.4;
/**
 * The least coverage that counts as found. Measured on committee questions put to their own meeting and to one about something else.
 */
const FOUND_COVERAGE = 0.35;
/** Of two words one is not enough: the "Chief Secretary" is no "chief scientist". */
const FOUND_COVERAGE_OF_TWO = 0.5;

interface Line {
  sentence: Sentence;
  terms: string[];
  /** Where its middle stands, counted in terms from the start. */
  position: number;
}

function linesOf(passages: readonly Passage[]): Line[] {
  let end = 0;
  return sentencesOf(passages)
    .filter(({ text }) => !isBoilerplate(text) && !isMachineText(text))
    .map((sentence) => {
      const terms = termsOf(sentence.text);
      end += terms.length;
      return { sentence, terms, position: end - terms.length / 2 };
    });
}

function counts(lines: readonly Line[], wanted: Wanted): Float64Array {
  return Float64Array.from(lines, ({ terms }) => terms.reduce((sum, term) => sum + (wanted.forms.get(term) ?? 0), 0));
}

/** How rare a wanted term is among stretches of the text, as BM25 weighs it; a term that nowhere stands weighs most. */
function rarity(lines: readonly Line[], own: Float64Array): number {
  const end = lines.at(-1)?.position ?? 0;
  const size = Math.min(STRETCH.most, Math.max(STRETCH.least, end * STRETCH.share));
  const stretches = new Set<number>();
  own.forEach((count, at) => {
    if (count > 0) stretches.add(Math.floor((lines[at]?.position ?? 0) / size));
  });
  const total = Math.max(1, Math.ceil(end / size));
  const holding = Math.min(total, stretches.size);
  return Math.log(1 + (total - holding + 0.5) / (holding + 0.5));
}

/** Each line's count of a term with its neighbours' counts, falling off as a bell over the distance. */
function spread(lines: readonly Line[], own: Float64Array, reach: number): Float64Array {
  const sums = new Float64Array(lines.length);
  own.forEach((count, at) => {
    if (count === 0) return;
    const centre = lines[at]?.position ?? 0;
    for (const step of [-1, 1]) {
      for (let other = step === 1 ? at : at - 1; other >= 0 && other < lines.length; other += step) {
        const distance = Math.abs((lines[other]?.position ?? 0) - centre);
        if (distance > CUT_OFF * reach) break;
        sums[other] = (sums[other] ?? 0) + count * Math.exp(-(distance * distance) / (2 * reach * reach));
      }
    }
  });
  return sums;
}

function scaled(values: Float64Array): Float64Array {
  const highest = values.reduce((most, value) => Math.max(most, value), 1e-9);
  return values.map((value) => value / highest);
}

interface Weighed {
  surroundings: Float64Array;
  own: Float64Array;
  /** The share of the question's weight that stands within the far reach of each line. */
  coverage: Float64Array;
}

function weigh(lines: readonly Line[], wanted: readonly Wanted[]): Weighed {
  const zeros = (): Float64Array => new Float64Array(lines.length);
  const reaches = REACHES.map(({ least, most, share }) => Math.min(most, Math.max(least, (lines.at(-1)?.position ?? 0) * share)));
  const near = reaches.map(zeros);
  const own = zeros();
  const coverage = zeros();
  let total = 0;
  for (const want of wanted) {
    const count = counts(lines, want);
    const weight = rarity(lines, count);
    if (!want.optional || count.some((own) => own > 0)) total += weight;
    own.forEach((sum, at) => (own[at] = sum + (weight * (count[at] ?? 0)) / ((count[at] ?? 0) + SATURATION)));
    reaches.forEach((reach, which) => {
      const sums = spread(lines, count, reach);
      const target = near[which] ?? zeros();
      sums.forEach((sum, at) => (target[at] = (target[at] ?? 0) + (weight * sum) / (sum + SATURATION)));
      if (which === reaches.length - 1)
        sums.forEach((sum, at) => (coverage[at] = (coverage[at] ?? 0) + weight * Math.min(1, sum / FULLY_NEAR)));
    });
  }
  const [first = zeros(), second = zeros()] = near.map(scaled);
  return {
    surroundings: scaled(first.map((value, at) => value + (second[at] ?? 0))),
    own: scaled(own),
    coverage: coverage.map((sum) => (total > 0 ? sum / total : 0)),
  };
}

/** A heading is no answer, a lone "Yes." neither; a short line is one where it has the asked words. */
function canAnswer({ sentence }: Line, own: number): boolean {
  if (sentence.passage.role === 'heading') return false;
  const length = wordsOf(sentence.text).length;
  return length >= 5 || (length >= 3 && own > 0);
}

/** How well a sentence can answer by its look: what it is, who says it, whether it has the date or sum that is asked for. */
function fitness({ sentence }: Line, kind: AnswerKind, authors: ReadonlySet<string>): number {
  const { text, passage } = sentence;
  const rightKind = hasKind(kind, text);
  let weight = mannersWeight(text) * (rightKind ? RIGHT_KIND[kind] : 1);
  if (/:$/u.test(text) || (readsLikeHeading(sentence) && (kind === 'any' || !rightKind))) weight *= LEAD_IN;
  if (passage.locator.author === undefined && (/\?["'”’)]*$/u.test(text) || /^please\b/iu.test(text))) weight *= ASKS_ITSELF;
  return authors.has(passage.locator.author ?? '') ? weight * NAMED_AUTHOR : weight;
}

interface Scored {
  line: Line;
  at: number;
  score: number;
}

function saysTheSame(one: Line, other: Line): boolean {
  if (one.sentence.text === other.sentence.text) return true;
  const terms = new Set(one.terms);
  const shared = new Set(other.terms.filter((term) => terms.has(term))).size;
  return shared >= SAME * Math.max(terms.size, new Set(other.terms).size) && terms.size > 0;
}

/** The best, each saying something else than those before it, and none that falls far behind the first. */
function pickBest(scored: readonly Scored[], limit: number): Scored[] {
  const picked: Scored[] = [];
  const least = LEAST_SHARE * (scored[0]?.score ?? 0);
  for (const candidate of scored) {
    if (picked.length >= limit || candidate.score < least) break;
    if (!picked.some(({ line }) => saysTheSame(line, candidate.line))) picked.push(candidate);
  }
  return picked;
}

/** The sentences that speak most closely about a question; none where the sources do not speak of it. */
export function findPassages({ question, passages, limit }: Question): Found {
  const lines = linesOf(passages);
  const authors = namedAuthors(
    question,
    passages.flatMap(({ locator }) => locator.author ?? []),
  );
  const names = termsOfNames(authors);
  const vocabulary = new Set(lines.flatMap(({ terms }) => terms));
  const all = wantedTerms(question).map((wanted) => withFamily(wanted, vocabulary));
  const topics = all.filter(({ term }) => !names.has(term));
  const wanted = topics.length > 0 ? topics : all;
  const { surroundings, own, coverage } = weigh(lines, wanted);
  const kind = answerKind(question);
  const share = SURROUNDINGS.least + (SURROUNDINGS.most - SURROUNDINGS.least) * Math.min(1, lines.length / SURROUNDINGS.fullAtLines);
  const scored = lines.flatMap((line, at): Scored[] => {
    if (!canAnswer(line, own[at] ?? 0)) return [];
    return [{ line, at, score: (share * (surroundings[at] ?? 0) + (1 - share) * (own[at] ?? 0)) * fitness(line, kind, authors) }];
  });
  scored.sort((one, other) => other.score - one.score || one.at - other.at);
  const best = scored[0];
  const reached = best ? (coverage[best.at] ?? 0) : 0;
  const needed = wanted.filter(({ optional }) => !optional).length <= 2 ? FOUND_COVERAGE_OF_TWO : FOUND_COVERAGE;
  if (!best || reached < needed) return { found: false, sentences: [], coverage: reached };
  const picked = pickBest(scored, limit).sort((one, other) => one.at - other.at);
  return { found: true, sentences: picked.map(({ line }) => line.sentence), coverage: reached };
}
