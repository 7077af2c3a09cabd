import type { DraftOutput } from '../contract/task-result.ts';
import { DraftStatement, ReplyDraft } from './drafts.ts';
import { offlineDraftReply } from './offline/offline-draft-reply.ts';
import type { TaskDefinition } from './task-definition.ts';

export const draftReply: TaskDefinition<ReplyDraft, DraftOutput> = {
  name: 'draft-reply',
  version: 'draft-reply@1',
  prompt: `Draft a reply, for the asker to edit and send, to the newest message in the passages.
- Follow the asker's instruction for what to say. options.stance: accept, decline, or holding (acknowledge, say what happens next, promise no answer). options.tone and options.length apply.
- paragraphs: greeting, body and sign-off, one paragraph each. Greet the sender by first name; sign off with the asker's name if it is given.
- Answer each question in the message from the passages or the instruction. What neither holds becomes a placeholder in square brackets, such as [date of the meeting]; never make up a fact, figure, date, name or promise.
- evidence: the passages that a paragraph's facts come from; empty where it states none.
- answers: each question the message asks, and whether your draft answers it (a placeholder is no answer).
- subject: null unless the asker wants a new one.`,
  schema: ReplyDraft,
  offline: offlineDraftReply,
  finish: (draft, checks) => {
    const paragraphs = draft.paragraphs.map((paragraph) => checks.statement(paragraph, 'may-be-own-words'));
    return {
      kind: 'draft',
      ...(draft.subject ? { subject: checks.plain(draft.subject) } : {}),
      paragraphs,
      body: paragraphs.map((paragraph) => paragraph.text).join('\n\n'),
      answers: draft.answers.map((answer) => ({ question: checks.plain(answer.question), addressed: answer.addressed })),
    };
  },
  elements: { '$.paragraphs.*': (value, checks) => checks.statement(DraftStatement.parse(value), 'may-be-own-words') },
};
