import type { Passage } from '../../passage.ts';
import { isBoilerplate } from './noise.ts';
import { pickSentences } from './pick-sentences.ts';
import { rankSentences, type RankedSentence } from './rank-sentences.ts';
import { sentencesOf, type Sentence } from './sentences.ts';

/** A key sentence says something whole ("Important points:" does not) and can be read at a glance; others only where there are no such. */
const MIN_WORDS = 4;
const MAX_WORDS = 60;
/** A sentence that weighs less than this share of the best one says too little to be called key. */
const LEAST_SHARE = 0.2;

/** What a summary is made of: a mail's own words, a document's body; an earlier layer only where there is nothing else. */
export function readableSentences(passages: readonly Passage[]): Sentence[] {
  const all = sentencesOf(passages).filter(({ passage }) => passage.role !== 'heading' && passage.role !== 'signature');
  const own = all.filter(({ passage }) => passage.role !== 'quoted');
  return own.some(({ text }) => !isBoilerplate(text)) ? own : all;
}

/** The key sentences in order of choice, until `enough` says so or none is left. */
export function keySentences(sentences: readonly Sentence[], enough: (picked: readonly RankedSentence[]) => boolean): RankedSentence[] {
  const ranked = rankSentences(sentences);
  const highest = ranked.reduce((most, { score }) => Math.max(most, score), 0);
  const fit = ranked.filter(({ words, score }) => words >= MIN_WORDS && words <= MAX_WORDS && score >= LEAST_SHARE * highest);
  return pickSentences(fit.length > 0 ? fit : ranked, enough);
}

/** A text with fewer sentences is a note somebody has just written. */
const SHORT_NOTE_SENTENCES = 60;

/**
 * Whether a text speaks to its reader now: a mail, a thread or a short note. A long document was written on another day: its "by Friday" is
 * past, and its "should" is its subject.
 */
export function isLive(sentences: readonly Sentence[], isMail: boolean): boolean {
  return isMail || sentences.length <= SHORT_NOTE_SENTENCES || sentences.some(({ passage }) => passage.locator.author !== undefined);
}
