import type { Locator, Notice } from './contract/task-result.ts';

/**
 * A numbered slice of a source that a person can see and find: a paragraph, a list item, a table row, a message.
 * `text` is visible text only, one line breaks kept, never empty.
 */
export interface Passage {
  /** `p1`, `p2` … across all sources of a request, in reading order. */
  id: string;
  /** Index of the source in the request. */
  source: number;
  text: string;
  locator: Locator;
  /** `own`: the newest message's own text or a document's body. `quoted`: an earlier layer of a mail. */
  role: 'heading' | 'own' | 'quoted' | 'signature' | 'table' | 'note';
}

/** A passage before it is numbered across sources. */
export type UnnumberedPassage = Omit<Passage, 'id' | 'source'>;

/** What reading one source gives. `name` is what the person calls it: a subject, a file name. */
export interface ReadSource {
  kind: string;
  name: string;
  passages: UnnumberedPassage[];
  notices: Notice[];
  /** Text that a person cannot see, for the marking gate only: never stored, shown by default or sent to a model. */
  hiddenText: string[];
  /** Subjects, attachments' names and labels inside a file, for the marking gate only. */
  insideNames?: string[];
  /** Of a mail: who wrote it and when (ISO 8601), from the envelope alone. */
  envelope?: { from?: string; fromAddress?: string; to: string[]; sent?: string; subject: string };
}
