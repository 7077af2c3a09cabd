import type { OfficeContentNode } from 'officeparser';
import type { ReadSource } from '../passage.ts';
import { DocxNumbering } from './docx-numbering.ts';
import { hiddenStylesOf, removeHiddenRuns } from './docx-hidden-text.ts';
import { hiddenTextNotice } from './hidden-text-notice.ts';
import { OfficeWalk } from './office-walk.ts';
import { parseOffice, passwordProtected } from './parse-office.ts';
import { PassageList } from './passage-list.ts';
import { MAX_DOCUMENT_XML_BYTES } from './read-limits.ts';
import type { SourceFormat } from './source-format.ts';
import { packZip, readZipDirectory, unpackEntry } from './zip-directory.ts';
import { HumphreyError } from '../errors.ts';

/**
 * A Word document. officeparser 8.1.1 reads the tree: of 55 published UK documents, text boxes, content controls and
 * footnotes included, the passages hold 99.98 % of the words of the raw XML (tests/corpus/sources.test.ts measures it).
 * Ours is what it does not tell: hidden text, the numbers that Word prints, watermarks and labels.
 */
export const docx: SourceFormat = {
  label: 'Word (.docx)',
  matches: ({ magic, file }) => magic === 'docx' || (magic === 'zip' && Buffer.from(file.bytes).includes('word/document.xml')),
  read: async ({ file }) => [await readDocx(file.name, file.bytes)],
};

/** Parts that hold words; pictures and fonts are not even unpacked. */
const WORDS = /\.(?:xml|rels|html?|mht|txt)$/i;
const TEXT_PART = /^word\/[^/]*\.xml$/i;
const RETRY = 'Open it in Word, save it again as .docx, and send that copy.';

interface Unpacked {
  container: Buffer;
  hidden: string[];
  deleted: string[];
  /** Names of sensitivity labels, which only the marking gate reads. */
  labels: string[];
  watermarks: string[];
}

async function readDocx(name: string, bytes: Uint8Array): Promise<ReadSource> {
  const unpacked = unpack(bytes);
  const tree = await parseOffice(unpacked.container, { fileType: 'docx' }, RETRY);
  const list = new PassageList();
  const walk = new OfficeWalk(list, { isHidden: () => false, hidden: [] });
  walk.walk(tree.content);
  list.startPlace({});
  addRunning(list, walk, 'Page header', tree.auxiliary?.headers);
  addRunning(list, walk, 'Page footer', tree.auxiliary?.footers);
  for (const watermark of new Set(unpacked.watermarks)) list.add(watermark, 'note', { heading: 'Watermark' });
  const notices = [...hiddenTextNotice(name, unpacked.hidden.length), ...list.notices(name)];
  if (unpacked.deleted.length > 0) {
    notices.push({ code: 'hidden-text-removed', message: `${name} has tracked changes. We left out the text that is marked as deleted.` });
  }
  return {
    kind: 'document',
    name,
    passages: list.passages,
    notices,
    hiddenText: [...unpacked.hidden, ...unpacked.deleted, ...unpacked.labels],
  };
}

/** Each header or footer once: Word keeps one for each section, mostly the same. */
function addRunning(list: PassageList, walk: OfficeWalk, heading: string, nodes: OfficeContentNode[] | undefined): void {
  const texts = new Set((nodes ?? []).map((node) => walk.text(node).trim()));
  for (const text of texts) if (!/^[\s\d|/–-]*(?:page)?[\s\d|/–-]*(?:of)?[\s\d|/–-]*$/i.test(text)) list.add(text, 'note', { heading });
}

function unpack(bytes: Uint8Array): Unpacked {
  const entries = readZipDirectory(bytes).filter((entry) => WORDS.test(entry.name) && !entry.name.endsWith('/'));
  if (entries.some((entry) => entry.encrypted)) throw passwordProtected();
  let room = MAX_DOCUMENT_XML_BYTES;
  const parts = entries.map((entry) => {
    const content = unpackEntry(bytes, entry, room);
    room -= content.length;
    if (room <= 0)
      throw new HumphreyError('too-large', 'This document has more text than we can read at once. Send it in parts of up to 1,000 pages.');
    return { name: entry.name, bytes: content };
  });
  const textOf = (name: string): string => parts.find((part) => part.name.toLowerCase() === name)?.bytes.toString('utf8') ?? '';
  const hiddenStyles = hiddenStylesOf(textOf('word/styles.xml'));
  const numbering = new DocxNumbering(textOf('word/numbering.xml'), textOf('word/styles.xml'));
  const found: Unpacked = {
    container: Buffer.alloc(0),
    hidden: [],
    deleted: [],
    labels: labelsOf(textOf('docprops/custom.xml')),
    watermarks: [],
  };
  for (const part of parts) {
    if (!TEXT_PART.test(part.name)) continue;
    const xml = part.bytes.toString('utf8');
    const clean = removeHiddenRuns(xml, hiddenStyles);
    found.hidden.push(...clean.hidden);
    found.deleted.push(...clean.deleted);
    found.watermarks.push(...watermarksOf(xml));
    part.bytes = Buffer.from(/document[^/]*\.xml$/i.test(part.name) ? numbering.write(clean.xml) : clean.xml, 'utf8');
  }
  // Properties hold no text of the document, and a fault in them should not cost it.
  return { ...found, container: packZip(parts.filter((part) => !/^(?:docProps|customXml)\//i.test(part.name))) };
}

function watermarksOf(xml: string): string[] {
  return [...xml.matchAll(/<v:textpath\s[^>]*\bstring="([^"]{1,500})"/g)].map(([, text = '']) =>
    text.replace(/&quot;/g, '"').replace(/&amp;/g, '&'),
  );
}

function labelsOf(customXml: string): string[] {
  return [...customXml.matchAll(/name="MSIP_Label_[^"]*_Name"[^>]*>\s*<vt:lpwstr>([^<]{1,200})</g)].map(([, label = '']) => label);
}
