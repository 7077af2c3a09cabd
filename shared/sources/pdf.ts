import type { OfficeContentNode } from 'officeparser';
import type { Notice } from '../contract/task-result.ts';
import { HumphreyError } from '../errors.ts';
import type { ReadSource } from '../passage.ts';
import { hiddenTextNotice } from './hidden-text-notice.ts';
import { OfficeWalk } from './office-walk.ts';
import { parseOffice } from './parse-office.ts';
import { PassageList } from './passage-list.ts';
import { takeRunningLines } from './running-lines.ts';
import type { SourceFormat } from './source-format.ts';

/** A PDF, through officeparser: pdf.js with lines joined to paragraphs, columns in order, split words mended. */
export const pdf: SourceFormat = {
  label: 'PDF (.pdf)',
  matches: ({ magic }) => magic === 'pdf',
  read: async ({ file }) => [await readPdf(file.name, file.bytes)],
};

/** A page with fewer characters than this and a picture is a scan with, at most, a stamp or a page number on it. */
const SCANNED_BELOW_CHARACTERS = 40;
/** Pages whose pictures are looked for; drawing them out takes up to 0.3 s a page. */
const MAX_PAGES_LOOKED_AT = 12;
const UNREADABLE_POINTS = 2;
const RETRY = 'Open it, print it to PDF or save it again, and send that copy.';
// The reader's own child process is the isolation: a second one inside it would escape our memory limit.
const READ = { fileType: 'pdf', pdfParserConfig: { separateProcess: false, extractTextColor: false } } as const;

async function readPdf(name: string, bytes: Uint8Array): Promise<ReadSource> {
  // pdf.js takes the buffer it is given for its own.
  const tree = await parseOffice(bytes.slice(), { ...READ }, RETRY);
  const running = takeRunningLines(tree.content);
  const hidden: string[] = [];
  const list = new PassageList();
  const walk = new OfficeWalk(list, { isHidden, hidden });
  walk.walk(tree.content);
  list.startPlace({});
  const bands = [...(tree.auxiliary?.headers ?? []), ...(tree.auxiliary?.footers ?? [])].map((node) => walk.text(node));
  for (const text of new Set([...running, ...bands].filter((one) => /\p{L}{2}/u.test(one))))
    list.add(text, 'note', { heading: 'Page header or footer' });
  const scanned = await scannedPages(tree.content, bytes);
  if (list.passages.every((passage) => passage.role === 'note') && scanned.length > 0) {
    throw new HumphreyError(
      'empty-source',
      'This PDF is a scan: it holds pictures of pages and no text. Ask the sender for the original document, or run text recognition (OCR) on it and send the result.',
    );
  }
  const notices = [...scannedNotice(name, scanned), ...hiddenTextNotice(name, hidden.length), ...list.notices(name)];
  return { kind: 'document', name, passages: list.passages, notices, hiddenText: hidden };
}

function isHidden(node: OfficeContentNode): boolean {
  const size = Number.parseFloat(node.formatting?.size ?? '');
  return size > 0 && size < UNREADABLE_POINTS;
}

async function scannedPages(pages: OfficeContentNode[], bytes: Uint8Array): Promise<number[]> {
  const sparse = pages
    .filter((page) => page.type === 'page' && (page.text ?? '').replace(/\s/g, '').length < SCANNED_BELOW_CHARACTERS)
    .map((page) => (page.type === 'page' ? (page.metadata?.pageNumber ?? 0) : 0));
  if (sparse.length === 0) return [];
  const looked = sparse.slice(0, MAX_PAGES_LOOKED_AT);
  const pageRange = looked.join(',');
  const tree = await parseOffice(
    bytes.slice(),
    { ...READ, extractAttachments: true, pdfParserConfig: { ...READ.pdfParserConfig, pageRange } },
    RETRY,
  );
  const pictured = new Set(
    tree.content.filter((page) => holdsPicture(page)).map((page) => (page.type === 'page' ? page.metadata?.pageNumber : 0)),
  );
  const found = looked.filter((page) => pictured.has(page));
  // A run of scans goes on as it began; looking at each page of a long one would take minutes.
  return found.length === looked.length ? sparse : found;
}

function holdsPicture(node: OfficeContentNode): boolean {
  return node.type === 'image' || (node.children ?? []).some((child) => holdsPicture(child));
}

function scannedNotice(name: string, pages: number[]): Notice[] {
  if (pages.length === 0) return [];
  const which = pages.length === 1 ? `Page ${pages.join()} of ${name} is a picture` : `Pages ${ranges(pages)} of ${name} are pictures`;
  return [
    {
      code: 'scanned-pages',
      message: `${which} without text, so it was not read. Run text recognition (OCR) on the file if you need what is there.`.replace(
        'pictures without text, so it was',
        'pictures without text, so they were',
      ),
    },
  ];
}

/** `1–3, 7`. */
function ranges(pages: number[]): string {
  const parts: { from: number; to: number }[] = [];
  for (const page of pages) {
    const last = parts.at(-1);
    if (last?.to === page - 1) last.to = page;
    else parts.push({ from: page, to: page });
  }
  return parts.map(({ from, to }) => (from === to ? String(from) : `${from}–${to}`)).join(', ');
}
