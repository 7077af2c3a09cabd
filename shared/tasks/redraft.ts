import type { DraftOutput } from '../contract/task-result.ts';
import { DraftStatement, RedraftDraft } from './drafts.ts';
import { offlineRedraft } from './offline/offline-redraft.ts';
import type { TaskDefinition } from './task-definition.ts';

export const redraft: TaskDefinition<RedraftDraft, DraftOutput> = {
  name: 'redraft',
  version: 'redraft@1',
  prompt: `Rewrite the text in the passages as the asker's instruction and options.change say.
- shorter: at most half the words, nothing that matters lost. longer: fuller wording, no new facts. plain-english: short sentences, everyday words, active voice. firmer, warmer: the same content in that tone. bullets: a list, one point a paragraph, each beginning with "- ". grammar: correct spelling, grammar and punctuation, change nothing else.
- Keep every figure, name, date, condition, marking and [placeholder] exactly. Add no fact.
- paragraphs: the whole new text in order, each with the passages that it rewrites as evidence; empty evidence for a greeting or sign-off.`,
  schema: RedraftDraft,
  offline: offlineRedraft,
  finish: (draft, checks) => {
    const paragraphs = draft.paragraphs.map((paragraph) => checks.statement(paragraph, 'may-be-own-words'));
    return { kind: 'draft', paragraphs, body: paragraphs.map((paragraph) => paragraph.text).join('\n\n'), answers: [] };
  },
  elements: { '$.paragraphs.*': (value, checks) => checks.statement(DraftStatement.parse(value), 'may-be-own-words') },
};
