import type { DraftStatement } from '../drafts.ts';
import type { Sentence } from './sentences.ts';

/** The fewest words a quote needs to stand by itself where it is not its whole passage: "Any thoughts?" could be anybody's. */
const MIN_QUOTE_WORDS = 3;
/** Characters beside it in which a neighbour is looked for. */
const NEIGHBOURHOOD = 120;

/** The sentence's exact words as evidence; a very short one takes in its neighbour, so that the quote can be found by a person too. */
export function evidenceOf({ passage, quote, start }: Sentence): DraftStatement['evidence'] {
  if (quote.split(/\s+/u).length >= MIN_QUOTE_WORDS) return [{ passage: passage.id, quote }];
  const end = start + quote.length;
  const before = /(?:\S+\s+){1,6}$/u.exec(passage.text.slice(Math.max(0, start - NEIGHBOURHOOD), start))?.[0] ?? '';
  const after = /^(?:\s+\S+){1,6}/u.exec(passage.text.slice(end, end + NEIGHBOURHOOD))?.[0] ?? '';
  return [{ passage: passage.id, quote: before === '' ? quote + after : before + quote }];
}

/** A sentence of a source, said again as it stands. */
export function quoted(sentence: Sentence): DraftStatement {
  return { text: sentence.text, evidence: evidenceOf(sentence) };
}
