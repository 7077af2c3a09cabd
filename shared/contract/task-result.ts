import { z } from 'zod';
import { taskNames } from './task-request.ts';

export const statementFlags = [
  'number-not-in-source',
  'date-not-in-source',
  'address-not-in-source',
  'link-removed',
  'quote-not-found',
  'quote-unrelated',
  'name-not-in-source',
] as const;
export type StatementFlag = (typeof statementFlags)[number];

/** One checked sentence or paragraph. `verified`: at least one citation, and every quote stands in its passage. */
export const Statement = z.object({
  text: z.string(),
  /** Ids of TaskResult.citations. */
  citations: z.array(z.number().int()),
  support: z.enum(['verified', 'unsupported', 'own-words']),
  flags: z.array(z.enum(statementFlags)),
});
export type Statement = z.infer<typeof Statement>;

export const Action = Statement.extend({
  who: z.string().optional(),
  /** As the source says it ("by noon on Tuesday"). */
  due: z.string().optional(),
  /** False: it may be a request; a person decides. */
  sure: z.boolean(),
  /** Asked of the person who runs the task. */
  yours: z.boolean(),
});
export type Action = z.infer<typeof Action>;

/** A date named in the sources: `date` is ISO 8601 (yyyy-mm-dd) where our own code could compute it. */
export const DatedStatement = Statement.extend({ said: z.string(), date: z.string().optional() });
export type DatedStatement = z.infer<typeof DatedStatement>;

export const SummaryOutput = z.object({
  kind: z.literal('summary'),
  headline: Statement,
  points: z.array(Statement),
  actions: z.array(Action),
  dates: z.array(DatedStatement),
  questions: z.array(Statement),
});
export type SummaryOutput = z.infer<typeof SummaryOutput>;

export const ActionsOutput = z.object({ kind: z.literal('actions'), actions: z.array(Action) });
export type ActionsOutput = z.infer<typeof ActionsOutput>;

export const DraftOutput = z.object({
  kind: z.literal('draft'),
  subject: z.string().optional(),
  paragraphs: z.array(Statement),
  /** The paragraphs as plain text, ready to copy or insert. */
  body: z.string(),
  /** The questions of the mail being answered, and whether the draft answers each. */
  answers: z.array(z.object({ question: z.string(), addressed: z.boolean() })),
});
export type DraftOutput = z.infer<typeof DraftOutput>;

export const AnswerOutput = z.object({ kind: z.literal('answer'), answer: z.array(Statement), found: z.boolean() });
export type AnswerOutput = z.infer<typeof AnswerOutput>;

/** By task: surfaces render by `kind`, so that a new task with one of these shapes needs no new surface code. */
export const TaskOutput = z.discriminatedUnion('kind', [SummaryOutput, ActionsOutput, DraftOutput, AnswerOutput]);
export type TaskOutput = z.infer<typeof TaskOutput>;

/** Where a person finds a passage in the original. `paragraph` counts from 1 within its page, sheet, message or document. */
export const Locator = z.object({
  page: z.number().int().optional(),
  paragraph: z.number().int().optional(),
  heading: z.string().optional(),
  slide: z.number().int().optional(),
  sheet: z.string().optional(),
  cell: z.string().optional(),
  /** Thread: number of the message from 1, with author. */
  message: z.number().int().optional(),
  author: z.string().optional(),
  /** Time in a transcript or of a message. */
  time: z.string().optional(),
});
export type Locator = z.infer<typeof Locator>;

export const Citation = z.object({
  id: z.number().int(),
  /** Index in TaskResult.sources. */
  source: z.number().int(),
  /** The passage's id, as numbered in the sources. */
  passage: z.string(),
  locator: Locator,
  /** Stands character for character in the passage after folding of white space and quotation marks. */
  quote: z.string(),
  /** The passage around the quote, at most 600 characters. */
  context: z.string(),
});
export type Citation = z.infer<typeof Citation>;

/** What the sources are marked; the highest wins. `text` is the marking as it must stand on what is made from them. */
export const Marking = z.object({
  tier: z.literal('OFFICIAL'),
  sensitive: z.boolean(),
  handling: z.array(z.string()),
  descriptors: z.array(z.string()),
  caveats: z.array(z.string()),
  ukPrefix: z.boolean(),
  text: z.string(),
});
export type Marking = z.infer<typeof Marking>;

export const noticeCodes = [
  'hidden-text-removed',
  'scanned-pages',
  'section-not-covered',
  'unsupported-statement',
  'attachment-failed',
  'attachment-skipped',
  'only-quoted-text',
  'text-cut',
  'offline-engine',
  'not-found',
  'model-repaired',
] as const;

/** Something the person should know beside the answer: never dropped silently. */
export const Notice = z.object({ code: z.enum(noticeCodes), message: z.string() });
export type Notice = z.infer<typeof Notice>;

export const Usage = z.object({
  inputTokens: z.number().int(),
  cachedInputTokens: z.number().int(),
  outputTokens: z.number().int(),
  /** Null where the model has no price in the table. */
  cost: z.object({ amount: z.number(), currency: z.string() }).nullable(),
});
export type Usage = z.infer<typeof Usage>;

export const TaskResult = z.object({
  id: z.string(),
  task: z.enum(taskNames),
  engine: z.object({ name: z.enum(['openai', 'offline']), model: z.string(), promptVersion: z.string() }),
  /** A line a person reads: "Made by gpt-4o" or that this is the offline engine. */
  engineNote: z.string(),
  marking: Marking,
  allows: z.object({ reply: z.boolean(), addRecipients: z.boolean(), post: z.boolean(), export: z.boolean() }),
  /** The sources by index, as named to the person; `from` and `sent` for mails. */
  sources: z.array(z.object({ kind: z.string(), name: z.string() })),
  output: TaskOutput,
  citations: z.array(Citation),
  notices: z.array(Notice),
  usage: Usage,
});
export type TaskResult = z.infer<typeof TaskResult>;
