import { fileTypeFromBuffer } from 'file-type';
import type { FileBytes } from '../ports.ts';
import { decodeText, looksLikeText } from './decode-text.ts';

/** What a file is by its content. The name and the declared type are the sender's words: hints, never proof. */
export interface Sniffed {
  file: FileBytes;
  /** `pdf`, `docx`, `zip`, `cfb`, `png` … as file-type names it; undefined for text and the unknown. */
  magic: string | undefined;
  /** The decoded text of a file without magic that reads as text. */
  text: string | undefined;
  /** In lower case, with the dot: `.docx`; empty without one. */
  ending: string;
}

export async function sniff(file: FileBytes): Promise<Sniffed> {
  const ending = /\.[a-z][a-z0-9]{0,7}$/i.exec(file.name.trim())?.[0].toLowerCase() ?? '';
  const magic = isPdf(file.bytes) ? 'pdf' : (await fileTypeFromBuffer(file.bytes))?.ext;
  // file-type knows a few text formats by their first words; for those the text is wanted all the same.
  if (magic !== undefined && !TEXT_MAGIC.has(magic)) return { file, magic, text: undefined, ending };
  const text = decodeText(file.bytes);
  return { file, magic, text: looksLikeText(text) ? text : undefined, ending };
}

const TEXT_MAGIC = new Set(['xml', 'rtf', 'ics', 'vcf', 'eml', 'vtt', 'ps', 'eps', 'html', 'svg', 'txt', 'md', 'csv']);

/** Readers accept a PDF whose header comes after up to 1,024 bytes of something else; mail gateways make such files. */
function isPdf(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 1_024)).includes('%PDF-');
}

const MAIL_HEADER =
  /^(From|To|Cc|Subject|Date|Received|Message-ID|MIME-Version|Return-Path|Content-Type|Delivered-To|Reply-To|DKIM-Signature|X-[\w-]+|Sender|Bcc|In-Reply-To):/i;
const SURE_MAIL_HEADER = /^(Received|Message-ID|MIME-Version|Return-Path|DKIM-Signature|Delivered-To):/i;

/**
 * An internet message begins with its headers. A note that starts with a pasted "From: … To: … Subject: …" block is no
 * mail file: unless the name or type says mail, a header that only mail programs write must be among them.
 */
export function isMailText({ text, ending, file }: Sniffed): boolean {
  if (text === undefined || isPastedText({ ending, file })) return false;
  const said = ending === '.eml' || file.contentType === 'message/rfc822';
  const head = text.replace(/^\uFEFF?(From [^\n]*\r?\n)?/, '').slice(0, 64_000);
  const lines = (head.split(/\r?\n\r?\n/, 1)[0] ?? '').split(/\r?\n/);
  const headers = lines.filter((line) => MAIL_HEADER.test(line));
  if (said) return headers.length >= 1 || /^[\w-]+:/.test(lines[0] ?? '');
  return headers.length >= 2 && headers.some((line) => SURE_MAIL_HEADER.test(line)) && /^[\w-]+:/.test(lines[0] ?? '');
}

const HTML_DOCUMENT = /^(?:\s|<!--[\s\S]{0,2000}?-->|<\?xml[^>]{0,200}\?>)*<(?:!doctype\s+html|html[\s>]|head[\s>]|body[\s>])/i;
const HTML_FRAGMENT =
  /^(?:\s|<!--[\s\S]{0,2000}?-->)*<(?:div|p|table|span|meta|style|title|center|font|h[1-6]|ul|ol|br|a|b|img|section|article)(?:\s[^>]*)?\/?>/i;

/** HTML by its first tag; where the name says plain text or Markdown, only by a tag that begins a whole document. */
export function isHtmlText({ text, ending, file }: Sniffed): boolean {
  if (text === undefined || isPastedText({ ending, file })) return false;
  const start = text.slice(0, 8_000);
  if (HTML_DOCUMENT.test(start)) return true;
  if (['.html', '.htm', '.xhtml'].includes(ending) || file.contentType === 'text/html') return true;
  return !['.txt', '.md', '.markdown'].includes(ending) && HTML_FRAGMENT.test(start);
}

/** Text that a person pasted or typed is what it looks like, whatever it begins with. */
function isPastedText({ ending, file }: { ending: string; file: FileBytes }): boolean {
  return ending === '' && file.contentType === 'text/plain';
}

export function isMarkdownText({ text, ending, file }: Sniffed): boolean {
  return text !== undefined && (['.md', '.markdown'].includes(ending) || file.contentType === 'text/markdown');
}
