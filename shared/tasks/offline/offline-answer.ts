import type { EngineInput } from '../../ports.ts';
import type { AnswerDraft } from '../drafts.ts';
import { quoted } from './evidence.ts';
import { findPassages } from './find-passages.ts';

const SENTENCES = { short: 3, standard: 5, detailed: 8 } as const;

/** The sentences of the sources that speak most closely about the question, in reading order; found is false where none do. */
export function offlineAnswer({ instruction, passages, options }: EngineInput): AnswerDraft {
  const { found, sentences } = findPassages({ question: instruction, passages, limit: SENTENCES[options.length ?? 'standard'] });
  return { found, answer: sentences.map(quoted) };
}
