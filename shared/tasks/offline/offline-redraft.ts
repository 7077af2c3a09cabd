import type { EngineInput } from '../../ports.ts';
import type { Passage } from '../../passage.ts';
import type { DraftStatement, RedraftDraft } from '../drafts.ts';
import { evidenceOf } from './evidence.ts';
import { isBoilerplate } from './noise.ts';
import { pickSentences } from './pick-sentences.ts';
import { bluntness, hedges, plainWords, slips } from './plain-words.ts';
import { rankSentences, type RankedSentence } from './rank-sentences.ts';
import { requestTier } from './request-tier.ts';
import { replaceWords, tidyGrammar } from './rewrite-text.ts';
import { sentencesOf, type Sentence } from './sentences.ts';

/** "Shorter" keeps at most this share of the words, and never less than one sentence. */
const SHORTER_SHARE = 0.5;
/** What a sure request adds when sentences are left out: a shorter text that lost what it asks for is a wrong one. */
const REQUEST_BONUS = 1;

/** Characters of a paragraph that is quoted whole. */
const WHOLE_QUOTE = 2_000;

type Change = NonNullable<EngineInput['options']['change']>;

interface Block {
  passage: Passage;
  sentences: Sentence[];
}

/** The text to rewrite, passage by passage; earlier layers of a mail are not the asker's to rewrite, unless there is nothing else. */
function blocksOf(passages: readonly Passage[]): Block[] {
  const own = passages.filter(({ role }) => role !== 'quoted');
  return (own.length > 0 ? own : passages).map((passage) => ({ passage, sentences: sentencesOf([passage]) }));
}

/** A greeting, a farewell, a heading or a name under a letter: it frames the text and is kept as it is. */
function isFrame({ passage, sentences }: Block): boolean {
  if (passage.role === 'heading' || passage.role === 'signature') return true;
  return (
    sentences.length > 0 && sentences.every(({ text }) => isBoilerplate(text) || (text.split(' ').length <= 3 && !/[.!?]$/u.test(text)))
  );
}

/** A paragraph that is kept whole stands on itself; a very long one on its sentences, so that no citation is a page. */
function evidenceOfBlock({ passage, sentences }: Block): DraftStatement['evidence'] {
  if (passage.text.length <= WHOLE_QUOTE || sentences.length === 0) return [{ passage: passage.id, quote: passage.text.trim() }];
  return sentences.flatMap(evidenceOf);
}

function rewritten(block: Block, change: (text: string) => string): DraftStatement {
  return { text: change(block.passage.text), evidence: evidenceOfBlock(block) };
}

/** A paragraph with a gap for the asker to fill: the question and the place of its answer are one, and neither may go alone. */
function hasGap({ passage }: Block): boolean {
  return /\[[^\]]{3,}\]/u.test(passage.text);
}

function shorter(blocks: readonly Block[]): DraftStatement[] {
  const body = blocks.filter((block) => !isFrame(block) && !hasGap(block)).flatMap(({ sentences }) => sentences);
  const ranked = rankSentences(body).map((one): RankedSentence => ({
    ...one,
    score: one.score + (requestTier(one.sentence.text) === 'sure' ? REQUEST_BONUS : 0),
  }));
  const allowed = SHORTER_SHARE * ranked.reduce((sum, { words }) => sum + words, 0);
  let used = 0;
  const kept = new Set<Sentence>();
  for (const { sentence, words } of pickSentences(ranked, () => false)) {
    if (kept.size > 0 && used + words > allowed) continue;
    kept.add(sentence);
    used += words;
  }
  return blocks.flatMap((block): DraftStatement[] => {
    if (isFrame(block) || hasGap(block)) return [rewritten(block, (text) => text)];
    const left = block.sentences.filter((sentence) => kept.has(sentence));
    return left.length === 0 ? [] : [{ text: left.map(({ text }) => text).join(' '), evidence: left.flatMap(evidenceOf) }];
  });
}

function withCapital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function bullets(blocks: readonly Block[]): DraftStatement[] {
  return blocks.flatMap((block): DraftStatement[] => {
    if (isFrame(block) || block.sentences.length === 0) return [rewritten(block, (text) => text)];
    return block.sentences.map((sentence) => ({
      text: `- ${withCapital(sentence.text.replace(/^(?:[-•*–]|\(?\w{1,2}[.)])\s+/u, ''))}`,
      evidence: evidenceOf(sentence),
    }));
  });
}

/** A paragraph of ours put before the farewell, or at the end where there is none. */
function withLine(paragraphs: DraftStatement[], blocks: readonly Block[], line: string): DraftStatement[] {
  let end = blocks.length;
  for (let at = blocks.length - 1; at > 0; at -= 1) {
    const block = blocks[at];
    if (!block || !isFrame(block)) break;
    end = at;
  }
  return [...paragraphs.slice(0, end), { text: line, evidence: [] }, ...paragraphs.slice(end)];
}

function firmer(blocks: readonly Block[]): DraftStatement[] {
  const paragraphs = blocks.map((block) => rewritten(block, (text) => replaceWords(text, hedges)));
  const asks = blocks.some(({ sentences }) => sentences.some(({ text }) => requestTier(text) !== undefined));
  return asks ? withLine(paragraphs, blocks, 'Please confirm by [date].') : paragraphs;
}

function warmer(blocks: readonly Block[]): DraftStatement[] {
  const all = blocks.map(({ passage }) => passage.text).join('\n');
  const paragraphs = blocks.map((block) =>
    rewritten(block, (text) =>
      replaceWords(text, /\bkind regards\b/iu.test(text) ? bluntness.filter(([blunt]) => blunt !== 'regards') : bluntness),
    ),
  );
  const thanked = /\b(?:thank you for your help|thanks for your help)\b/iu.test(all)
    ? paragraphs
    : withLine(paragraphs, blocks, 'Thank you for your help with this.');
  const [first, ...rest] = thanked;
  const hopes = { text: 'I hope you are well.', evidence: [] };
  return first && blocks[0] && isFrame(blocks[0]) && !/\bhope (?:you|this|all)\b/iu.test(all) ? [first, hopes, ...rest] : thanked;
}

const changes: Record<Change, (blocks: readonly Block[]) => DraftStatement[]> = {
  shorter,
  bullets,
  firmer,
  warmer,
  longer: (blocks) =>
    withLine(
      blocks.map((block) => rewritten(block, (text) => text)),
      blocks,
      '[Add the background, the reason or an example here: the offline engine adds no facts.]',
    ),
  'plain-english': (blocks) => blocks.map((block) => rewritten(block, (text) => replaceWords(text, plainWords))),
  grammar: (blocks) => blocks.map((block) => rewritten(block, (text) => tidyGrammar(text, slips))),
};

/** What can be rewritten by rule, without understanding: each paragraph stands on the sentences that it keeps. Grammar where no change is named. */
export function offlineRedraft(input: EngineInput): RedraftDraft {
  const paragraphs = changes[input.options.change ?? 'grammar'](blocksOf(input.passages));
  return { paragraphs: paragraphs.filter(({ text }) => text !== '') };
}
