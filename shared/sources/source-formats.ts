import { HumphreyError } from '../errors.ts';
import type { ReadSource } from '../passage.ts';
import type { FileBytes } from '../ports.ts';
import { docx } from './docx.ts';
import { htmlDocument } from './html-document.ts';
import { mailFile } from './mail-file.ts';
import { markdown } from './markdown.ts';
import { pdf } from './pdf.ts';
import { plainText } from './plain-text.ts';
import { fileTooLarge, MAX_FILE_BYTES } from './read-limits.ts';
import { sniff } from './sniff.ts';
import type { SourceFormat } from './source-format.ts';
import { unsupportedError } from './unsupported.ts';

/** Every kind of file that can be read; the first that matches reads. A new one is a file of its own and a line here. */
const sourceFormats: readonly SourceFormat[] = [docx, pdf, mailFile, htmlDocument, markdown, plainText];

const readable = new Intl.ListFormat('en-GB').format(sourceFormats.map((format) => format.label));

/** Reads one file by what it is; its attachments, if it has any, come as further sources. Never gives a source without text. */
export async function readFile(file: FileBytes, depth = 0): Promise<ReadSource[]> {
  if (file.bytes.byteLength > MAX_FILE_BYTES) throw fileTooLarge(file.name);
  if (file.bytes.byteLength === 0)
    throw new HumphreyError('empty-source', `${file.name} is empty. Check that it was saved and uploaded whole, and send it again.`);
  const sniffed = await sniff(file);
  const format = sourceFormats.find((one) => one.matches(sniffed));
  if (!format) throw unsupportedError(sniffed, readable);
  const sources = await format.read(sniffed, { readFile, depth });
  if (sources.every((source) => source.passages.length === 0)) {
    throw new HumphreyError(
      'empty-source',
      `There is no text in ${file.name}. If it holds pictures of text, run text recognition (OCR) on it, or paste the text.`,
    );
  }
  return sources;
}
