import type { DraftStatement } from '../drafts.ts';
import type { Sentence } from './sentences.ts';

/** The fewest words a quote needs to stand by itself where it is not its whole passage: "Any thoughts?" could be anybody's. */
const MIN_QUOTE_WORDS = 3;
/** Characters beside it in which a neighbour is looked for. */
const NEIGHBOURHOOD = 300;
/** Characters of a quote that must be its whole passage because its own words are too few. */
const MAX_QUOTE = 1_000;

/** The sentence's exact words as evidence; a very short one takes in its neighbours, so that the quote can be found by a person too. */
export function evidenceOf({ passage, quote, start }: Sentence): DraftStatement['evidence'] {
  if (quote.split(/\s+/u).length >= MIN_QUOTE_WORDS) return [{ passage: passage.id, quote }];
  const end = start + quote.length;
  const from = Math.max(0, start - NEIGHBOURHOOD);
  // Only whole words: what the cut left of the first one is dropped.
  const before = passage.text.slice(from, start).replace(from > 0 ? /^\S*\s+/u : /^/u, '');
  const lead = /(?:\S+\s+){1,6}$/u.exec(before)?.[0] ?? '';
  const follow = lead === '' ? (/^(?:\s+\S+){1,6}(?=\s|$)/u.exec(passage.text.slice(end, end + NEIGHBOURHOOD))?.[0] ?? '') : '';
  const widened = lead + quote + follow;
  return [
    { passage: passage.id, quote: widened.split(/\s+/u).length >= MIN_QUOTE_WORDS ? widened : passage.text.slice(0, MAX_QUOTE).trim() },
  ];
}

/** A sentence of a source, said again as it stands. */
export function quoted(sentence: Sentence): DraftStatement {
  return { text: sentence.text, evidence: evidenceOf(sentence) };
}
