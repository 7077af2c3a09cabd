import { HumphreyError } from '../errors.ts';
import { passwordProtected } from './parse-office.ts';
import type { Sniffed } from './sniff.ts';

const REMEDIES: Record<string, string> = {
  doc: 'This is a Word document in the old format (.doc). Open it in Word, save it as .docx, and send that copy.',
  xls: 'This is an Excel workbook. We cannot read workbooks yet. Copy the cells you need and paste them as text, or save the sheet as PDF.',
  ppt: 'This is a PowerPoint presentation. We cannot read presentations yet. Save it as PDF and send that copy.',
  msg: 'This is an email in Outlook’s own format (.msg). Open it in Outlook and use Humphrey there, or save it as .eml and send that copy.',
  odt: 'This is an OpenDocument text. Save it as .docx or PDF, and send that copy.',
  rtf: 'This is a rich-text file (.rtf). Open it in Word, save it as .docx, and send that copy.',
  picture: 'This is a picture, and we cannot read pictures. Send the document it was made from, or run text recognition (OCR) on it.',
  archive: 'This is an archive. Unpack it and send the documents one by one.',
  sound: 'This is a sound or video file. Send its transcript as text.',
  other: 'We do not know this kind of file. Save what you need as .docx or PDF, or paste its text.',
};

const KIND_OF: Record<string, string> = {
  xlsx: 'xls',
  xlsm: 'xls',
  ods: 'xls',
  pptx: 'ppt',
  odp: 'ppt',
  odt: 'odt',
  rtf: 'rtf',
  zip: 'archive',
  '7z': 'archive',
  rar: 'archive',
  gz: 'archive',
  tar: 'archive',
  bz2: 'archive',
  xz: 'archive',
  png: 'picture',
  jpg: 'picture',
  gif: 'picture',
  bmp: 'picture',
  tif: 'picture',
  webp: 'picture',
  heic: 'picture',
  avif: 'picture',
  mp3: 'sound',
  mp4: 'sound',
  m4a: 'sound',
  wav: 'sound',
  webm: 'sound',
  mov: 'sound',
  ogg: 'sound',
};

const READ_ENDINGS = new Set(['.docx', '.pdf', '.eml', '.html', '.htm', '.md', '.txt']);

/** The error for a file that no format reads: what it is, what to do, and what can be read. */
export function unsupportedError(sniffed: Sniffed, readable: string): HumphreyError {
  const kind = sniffed.magic === 'cfb' ? compoundKind(sniffed.file.bytes) : (KIND_OF[sniffed.magic ?? ''] ?? 'other');
  if (kind === 'encrypted') return passwordProtected();
  if ((kind === 'other' || kind === 'archive') && READ_ENDINGS.has(sniffed.ending)) {
    return new HumphreyError(
      'unreadable',
      `The name ends in ${sniffed.ending}, but what is inside is something else or is damaged. Open it in its own program, save it again, and send that copy.`,
    );
  }
  const remedy = REMEDIES[kind] ?? '';
  return new HumphreyError('unsupported-type', `${remedy} We can read ${readable}.`, { details: { remedy } });
}

/**
 * Old Office files, saved Outlook mails and encrypted new ones are all the same container: told apart by the names of
 * the streams inside, written in UTF-16. (The `cfb` package reads the whole directory; a search for six names is enough.)
 */
function compoundKind(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const holds = (name: string): boolean => buffer.includes(Buffer.from(name, 'utf16le'));
  if (holds('EncryptedPackage') || holds('DRMContent')) return 'encrypted';
  if (holds('__properties_version1.0') || holds('__substg1.0_')) return 'msg';
  if (holds('WordDocument')) return 'doc';
  if (holds('PowerPoint Document')) return 'ppt';
  return holds('Workbook') || holds('Book') ? 'xls' : 'other';
}
