import type { DraftStatement } from '../tasks/drafts.ts';
import type { Citation, Statement } from '../contract/task-result.ts';

/** Turns an engine's claims into checked statements, and keeps the citations that they stand on. */
export interface Checks {
  /**
   * `must-cite`: without a standing quote the statement is unsupported (summaries, answers, actions).
   * `may-be-own-words`: a sentence without evidence is the writer's own (replies), unless it brings in new facts.
   */
  statement: (draft: DraftStatement, rule: 'must-cite' | 'may-be-own-words') => Statement;
  /** All citations so far, by id from 1. */
  citations: () => Citation[];
  /** ISO 8601 day of `said`, computed by our own code; undefined where it can't be. */
  dateOf: (said: string) => string | undefined;
  /** Whether `name` (as an action's who) is the asker. */
  isAsker: (name: string) => boolean;
}
