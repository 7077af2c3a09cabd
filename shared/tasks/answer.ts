import type { AnswerOutput } from '../contract/task-result.ts';
import { AnswerDraft, DraftStatement } from './drafts.ts';
import { offlineAnswer } from './offline/offline-answer.ts';
import type { TaskDefinition } from './task-definition.ts';

export const answer: TaskDefinition<AnswerDraft, AnswerOutput> = {
  name: 'answer',
  version: 'answer@1',
  prompt: `Answer the asker's question out of the passages alone.
- answer: the answer first, in one sentence, then what supports or limits it; at most 6 sentences, each with its evidence.
- Where passages disagree, say so and cite both. Where they answer a part only, say which part they leave open.
- found: false where the passages do not hold the answer; then answer is empty. Never answer from general knowledge.`,
  schema: AnswerDraft,
  offline: offlineAnswer,
  finish: (draft, checks) => {
    const statements = draft.answer.map((statement) => checks.statement(statement, 'must-cite'));
    return { kind: 'answer', answer: statements, found: draft.found && statements.length > 0 };
  },
  elements: { '$.answer.*': (value, checks) => checks.statement(DraftStatement.parse(value), 'must-cite') },
};
