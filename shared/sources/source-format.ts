import type { ReadSource } from '../passage.ts';
import type { FileBytes } from '../ports.ts';
import type { Sniffed } from './sniff.ts';

/** What reading a file gives: the first is the file itself, then its attachments that have text, one source each. */
export type ReadFile = (file: FileBytes, depth: number) => Promise<ReadSource[]>;

/** One kind of file that can be read. It joins by one line in source-formats.ts. */
export interface SourceFormat {
  /** As a person would say it, with the ending: "Word (.docx)". */
  label: string;
  /** Decides on the content; the name only where content cannot tell. */
  matches: (sniffed: Sniffed) => boolean;
  /** `depth` counts the containers around this file; `readFile` reads what is inside it, by the same list. */
  read: (sniffed: Sniffed, inside: { readFile: ReadFile; depth: number }) => Promise<ReadSource[]>;
}
