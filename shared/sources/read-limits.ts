import { HumphreyError } from '../errors.ts';

/** Bytes of one file: the same as POST /api/files takes; Teams and Outlook attachments are smaller. */
export const MAX_FILE_BYTES = 50 * 1024 * 1024;

/** Characters of one source: about 800,000 words, eight times the longest code of practice met. The rest is cut, and said. */
export const MAX_SOURCE_CHARACTERS = 5_000_000;

/** A passage longer than this is split at sentence ends, so that a citation shows a reader something they can find. */
export const MAX_PASSAGE_CHARACTERS = 2_000;

/** Files in a zip container: a Word document of 700 pages with a picture on each has about 1,400. */
export const MAX_ZIP_ENTRIES = 2_000;
/** Bytes a zip container may hold unpacked; twice the largest file we take, whose pictures hardly shrink. */
export const MAX_ZIP_UNPACKED_BYTES = 100 * 1024 * 1024;
/** Unpacked to packed: XML of long tables reaches 60, a file made to exhaust memory 1,000. */
export const MAX_ZIP_RATIO = 100;
/** Below this many unpacked bytes the ratio is not looked at: nothing this small is a danger. */
export const ZIP_RATIO_FROM_BYTES = 8 * 1024 * 1024;
/** Unpacked XML of a Word document: parsed, it takes about 15 times as much memory. The longest document met has 5 MB. */
export const MAX_DOCUMENT_XML_BYTES = 40 * 1024 * 1024;

/** Attachments inside attachments: a mail in a mail in a mail is read, what is deeper is named as skipped. */
export const MAX_ATTACHMENT_DEPTH = 2;
/** Attachments that are read of one mail file. */
export const MAX_ATTACHMENTS_READ = 50;

/** The error for a file beyond MAX_FILE_BYTES. */
export function fileTooLarge(name: string): HumphreyError {
  return new HumphreyError('too-large', `${name} is larger than 50 MB. Send the part you need, or save it without its pictures.`);
}
