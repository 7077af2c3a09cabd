import type { Passage } from '../../passage.ts';
import type { EngineInput } from '../../ports.ts';
import type { AnswerDraft } from '../drafts.ts';
import { quoted } from './evidence.ts';
import { findPassages } from './find-passages.ts';

const SENTENCES = { short: 3, standard: 5, detailed: 8 } as const;

/** The sentences of the sources that speak most closely about the question, in reading order; found is false where none do. */
export function offlineAnswer({ instruction, passages, options, envelope }: EngineInput): AnswerDraft {
  const { found, sentences } = findPassages({
    question: instruction,
    passages: withWriter(passages, envelope?.from),
    limit: SENTENCES[options.length ?? 'standard'],
  });
  return { found, answer: sentences.map(quoted) };
}

/** "What does Tom say": a mail's own words are by the one who sent it, though only a thread's messages name their author. */
function withWriter(passages: readonly Passage[], from: string | undefined): Passage[] {
  return passages.map((passage) =>
    from === undefined || passage.source > 0 || passage.role === 'quoted' || passage.locator.author !== undefined
      ? passage
      : { ...passage, locator: { ...passage.locator, author: from } },
  );
}
