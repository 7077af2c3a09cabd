import { z } from 'zod';

/**
 * What an engine answers, before any check: the strict JSON schemas that go to the model, and what the offline engine
 * gives too. Every key is required (a strict schema allows no optional one); limits are checked by our own code.
 */

/** A claim with the words it stands on: `passage` is a passage's id, `quote` is copied from that passage. */
export const DraftStatement = z.object({
  text: z.string(),
  evidence: z.array(z.object({ passage: z.string(), quote: z.string() })),
});
export type DraftStatement = z.infer<typeof DraftStatement>;

/** `who` and `due` in the source's own words, null where it names none; `sure` false where it may not be a request. */
export const DraftAction = z.object({
  text: z.string(),
  who: z.string().nullable(),
  due: z.string().nullable(),
  sure: z.boolean(),
  evidence: DraftStatement.shape.evidence,
});
export type DraftAction = z.infer<typeof DraftAction>;

/** `said` is the date as the source words it. */
export const DraftDate = z.object({ text: z.string(), said: z.string(), evidence: DraftStatement.shape.evidence });
export type DraftDate = z.infer<typeof DraftDate>;

export const SummaryDraft = z.object({
  headline: DraftStatement,
  points: z.array(DraftStatement),
  actions: z.array(DraftAction),
  dates: z.array(DraftDate),
  questions: z.array(DraftStatement),
});
export type SummaryDraft = z.infer<typeof SummaryDraft>;

export const ActionsDraft = z.object({ actions: z.array(DraftAction) });
export type ActionsDraft = z.infer<typeof ActionsDraft>;

/** A paragraph that states nothing from the sources (a greeting, thanks) has no evidence. */
export const ReplyDraft = z.object({
  subject: z.string().nullable(),
  paragraphs: z.array(DraftStatement),
  answers: z.array(z.object({ question: z.string(), addressed: z.boolean() })),
});
export type ReplyDraft = z.infer<typeof ReplyDraft>;

export const AnswerDraft = z.object({ found: z.boolean(), answer: z.array(DraftStatement) });
export type AnswerDraft = z.infer<typeof AnswerDraft>;

export const RedraftDraft = z.object({ paragraphs: z.array(DraftStatement) });
export type RedraftDraft = z.infer<typeof RedraftDraft>;

/** `none`: the words name no task of ours. */
export const ChoiceDraft = z.object({
  task: z.enum(['summarise', 'extract-actions', 'draft-reply', 'answer', 'redraft', 'none']),
  confidence: z.enum(['high', 'low']),
});
export type ChoiceDraft = z.infer<typeof ChoiceDraft>;
