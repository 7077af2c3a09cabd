import { z } from 'zod';

/** Every task that can be asked for by name. A task joins the core in shared/tasks/task-list.ts. */
export const taskNames = ['summarise', 'extract-actions', 'draft-reply', 'answer', 'redraft'] as const;
export type TaskName = (typeof taskNames)[number];

/** Characters of an instruction: three pages, far more than a person types; the rest belongs in a source. */
export const MAX_INSTRUCTION_CHARACTERS = 10_000;
/** Sources of one request: a mail with its attachments and a handful of documents. */
export const MAX_SOURCES = 20;
/** Messages of one thread: Microsoft Graph gives 50 a page; 40 pages is a busy week. */
export const MAX_THREAD_MESSAGES = 2_000;
/** Attachments of one mail: Exchange's own usual limit is lower. */
export const MAX_ATTACHMENTS = 100;

const Person = z.strictObject({ name: z.string().max(500).optional(), address: z.string().max(500) });

const Attachment = z.strictObject({
  name: z.string().max(500),
  contentType: z.string().max(200).optional(),
  base64: z.string().optional(),
  file: z.string().max(100).optional(),
});

const TextSource = z.strictObject({ kind: z.literal('text'), text: z.string(), name: z.string().max(500).optional() });

const DocumentSource = z.strictObject({
  kind: z.literal('document'),
  name: z.string().max(500),
  contentType: z.string().max(200).optional(),
  /** The bytes themselves; a larger file goes through POST /api/files. */
  base64: z.string().optional(),
  /** The id that POST /api/files gave. */
  file: z.string().max(100).optional(),
});

const EmailSource = z.strictObject({
  kind: z.literal('email'),
  subject: z.string().max(2_000),
  from: z.strictObject({ name: z.string().max(500).optional(), address: z.string().max(500).optional() }),
  to: z.array(Person).max(1_000).optional(),
  cc: z.array(Person).max(1_000).optional(),
  /** ISO 8601. */
  sent: z.string().max(40).optional(),
  html: z.string().optional(),
  text: z.string().optional(),
  /** Raw internet headers, where the surface can read them. */
  headers: z.string().optional(),
  attachments: z.array(Attachment).max(MAX_ATTACHMENTS).optional(),
});

const ThreadSource = z.strictObject({
  kind: z.literal('thread'),
  title: z.string().max(2_000).optional(),
  messages: z
    .array(
      z.strictObject({
        author: z.string().max(500),
        /** ISO 8601. */
        sent: z.string().max(40),
        html: z.string().optional(),
        text: z.string().optional(),
      }),
    )
    .max(MAX_THREAD_MESSAGES),
});

export const Source = z.discriminatedUnion('kind', [TextSource, DocumentSource, EmailSource, ThreadSource]);
export type Source = z.infer<typeof Source>;
export type EmailSource = z.infer<typeof EmailSource>;
export type ThreadSource = z.infer<typeof ThreadSource>;
export type DocumentSource = z.infer<typeof DocumentSource>;
export type TextSource = z.infer<typeof TextSource>;
export type Attachment = z.infer<typeof Attachment>;

export const TaskOptions = z.strictObject({
  length: z.enum(['short', 'standard', 'detailed']).optional(),
  tone: z.enum(['neutral', 'warm', 'formal', 'firm']).optional(),
  stance: z.enum(['accept', 'decline', 'holding']).optional(),
  change: z.enum(['shorter', 'longer', 'plain-english', 'firmer', 'warmer', 'bullets', 'grammar']).optional(),
  style: z.enum(['short', 'full', 'cabinet']).optional(),
  language: z.enum(['en', 'cy']).optional(),
});
export type TaskOptions = z.infer<typeof TaskOptions>;

/** What POST /api/tasks takes. */
export const TaskRequest = z.strictObject({
  task: z.enum(taskNames).optional(),
  /** The person's own words; chooses the task when `task` is absent; alone it suffices. */
  instruction: z.string().max(MAX_INSTRUCTION_CHARACTERS).optional(),
  /** A result's id: "shorter", "make it firmer" work on it; only its owner's. */
  previous: z.string().max(100).optional(),
  /** The surface's own key of the mail or thread: reopening finds the result. */
  itemKey: z.string().max(1_000).optional(),
  /** The token of a needs-confirmation answer. */
  confirm: z.string().max(500).optional(),
  sources: z.array(Source).max(MAX_SOURCES),
  options: TaskOptions.optional(),
});
export type TaskRequest = z.infer<typeof TaskRequest>;
