import { isBoilerplate, proseWeight } from './noise.ts';
import type { Sentence } from './sentences.ts';
import { countTerms, termsOf, wordsOf } from './terms.ts';

/*
 * LexRank (Erkan and Radev 2004) with length and position: on held-out meetings of QMSum it beat TextRank, wink-nlp's sentence weights,
 * lexrank 1.0.5 (needs the withdrawn `request`), node-summarizer and our own plain LexRank. No maintained package has the three together.
 */

/** A sentence with its weight, 0 to 1 within its text, and its terms for telling repeats. */
export interface RankedSentence {
  sentence: Sentence;
  /** Place in reading order among the sentences that were ranked. */
  place: number;
  score: number;
  terms: Map<string, number>;
}

/**
 * Sentences compared with each other at once. Comparing all pairs costs the square of their number: 1,500 is a 60-page report in about
 * 150 ms. A longer text is ranked part by part, so that no part of it is left unread.
 */
const BLOCK_SENTENCES = 1_500;
/** Below this cosine two sentences share a word by chance (the paper's own threshold). */
const MIN_COSINE = 0.1;
const DAMPING = 0.85;
const MAX_ROUNDS = 40;
/** Words in which a sentence can say something whole; shorter ones weigh less in proportion. */
const FULL_LENGTH = 24;
/** Beyond this a sentence fills the summary alone. */
const LONG_SENTENCE = 55;
/** What opening a document or closing it adds: purposes stand first, conclusions last. */
const OPENING_BONUS = 0.25;
const CLOSING_BONUS = 0.1;

interface Vector {
  weights: Map<string, number>;
  length: number;
}

function vectorsOf(counts: readonly Map<string, number>[]): Vector[] {
  const holders = new Map<string, number>();
  for (const terms of counts) for (const term of terms.keys()) holders.set(term, (holders.get(term) ?? 0) + 1);
  return counts.map((terms) => {
    const weights = new Map<string, number>();
    let squares = 0;
    for (const [term, count] of terms) {
      const weight = count * Math.log(counts.length / (holders.get(term) ?? 1));
      if (weight <= 0) continue;
      weights.set(term, weight);
      squares += weight * weight;
    }
    return { weights, length: Math.sqrt(squares) };
  });
}

/** For each sentence the others that it resembles, by an inverted index: only pairs that share a word are ever touched. */
function neighboursOf(vectors: readonly Vector[]): { places: number[]; cosines: number[] }[] {
  const index = new Map<string, { places: number[]; weights: number[] }>();
  const neighbours = vectors.map(() => ({ places: [] as number[], cosines: [] as number[] }));
  const products = new Float64Array(vectors.length);
  vectors.forEach((vector, place) => {
    const touched: number[] = [];
    for (const [term, weight] of vector.weights) {
      const holders = index.get(term) ?? { places: [], weights: [] };
      holders.places.forEach((other, at) => {
        if (products[other] === 0) touched.push(other);
        products[other] = (products[other] ?? 0) + weight * (holders.weights[at] ?? 0);
      });
      holders.places.push(place);
      holders.weights.push(weight);
      index.set(term, holders);
    }
    for (const other of touched) {
      const cosine = (products[other] ?? 0) / (vector.length * (vectors[other]?.length ?? 1));
      products[other] = 0;
      if (cosine < MIN_COSINE) continue;
      neighbours[place]?.places.push(other);
      neighbours[place]?.cosines.push(cosine);
      neighbours[other]?.places.push(place);
      neighbours[other]?.cosines.push(cosine);
    }
  });
  return neighbours;
}

/** The stationary weights of LexRank, scaled so that the highest is 1. */
function centralities(counts: readonly Map<string, number>[]): Float64Array {
  const neighbours = neighboursOf(vectorsOf(counts));
  const sums = neighbours.map(({ cosines }) => cosines.reduce((sum, cosine) => sum + cosine, 0));
  let ranks = new Float64Array(counts.length).fill(1);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = new Float64Array(counts.length).fill(1 - DAMPING);
    let change = 0;
    neighbours.forEach(({ places, cosines }, place) => {
      const share = (DAMPING * (ranks[place] ?? 0)) / (sums[place] ?? 1);
      places.forEach((other, at) => (next[other] = (next[other] ?? 0) + share * (cosines[at] ?? 0)));
    });
    for (let place = 0; place < next.length; place += 1) change += Math.abs((next[place] ?? 0) - (ranks[place] ?? 0));
    ranks = next;
    if (change < counts.length * 1e-4) break;
  }
  const highest = ranks.reduce((most, rank) => Math.max(most, rank), 1e-9);
  return ranks.map((rank) => rank / highest);
}

export const X = { full: FULL_LENGTH, open: OPENING_BONUS, close: CLOSING_BONUS, cpow: 1, opow: 8, lam: 0.5, long: LONG_SENTENCE, damp: 1 , lpow: 1};
function lengthWeight(words: number): number {
  if (words > X.long) return X.long / words;
  return Math.min(1, words / X.full) ** X.lpow;
}
function positionWeight(place: number, total: number): number {
  const from = total < 2 ? 0 : place / (total - 1);
  return 1 + X.open * Math.exp(-from * X.opow) + X.close * Math.exp(-(1 - from) * X.opow);
}

/** The sentences that can be quoted, each with its weight, in reading order. */
export function rankSentences(sentences: readonly Sentence[]): RankedSentence[] {
  const usable = sentences.filter(({ text }) => !isBoilerplate(text));
  const ranked: RankedSentence[] = [];
  for (let from = 0; from < usable.length; from += BLOCK_SENTENCES) {
    const block = usable.slice(from, from + BLOCK_SENTENCES);
    const counts = block.map(({ text }) => countTerms(termsOf(text)));
    const weights = centralities(counts);
    block.forEach((sentence, at) => {
      const place = from + at;
      const score = (weights[at] ?? 0) ** X.cpow * lengthWeight(wordsOf(sentence.text).length) * proseWeight(sentence) * positionWeight(place, usable.length);
      ranked.push({ sentence, place, score, terms: counts[at] ?? new Map<string, number>() });
    });
  }
  return ranked;
}
function overlap(a: Map<string, number>, b: Map<string, number>): number {
  let shared = 0;
  for (const term of a.keys()) if (b.has(term)) shared += 1;
  return shared / Math.sqrt(Math.max(1, a.size) * Math.max(1, b.size));
}
export function pickVaried(ranked: readonly RankedSentence[], enough: (p: RankedSentence[]) => boolean): RankedSentence[] {
  const pool = [...ranked].sort((a, b) => b.score - a.score || a.place - b.place).slice(0, 400);
  const picked: RankedSentence[] = [];
  const closest = new Map<RankedSentence, number>();
  while (pool.length && !enough(picked)) {
    let best = 0, bv = -1;
    pool.forEach((c, i) => { const v = c.score * (1 - X.lam * (closest.get(c) ?? 0)); if (v > bv) { bv = v; best = i; } });
    const [c] = pool.splice(best, 1); if (!c) break; picked.push(c);
    for (const o of pool) closest.set(o, Math.max(closest.get(o) ?? 0, overlap(o.terms, c.terms)));
  }
  return picked;
}
