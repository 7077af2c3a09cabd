import type { ReadSource, UnnumberedPassage } from '../passage.ts';
import { PassageList } from './passage-list.ts';
import type { SourceFormat } from './source-format.ts';

/** Plain text: a passage for each paragraph between empty lines; where there are none, for each line. */
export const plainText: SourceFormat = {
  label: 'plain text (.txt)',
  matches: ({ text, magic }) => text !== undefined && magic !== 'rtf',
  read: ({ file, text = '' }) => {
    const list = new PassageList();
    addParagraphs(list, text);
    const source: ReadSource = {
      kind: 'document',
      name: file.name,
      passages: list.passages,
      notices: list.notices(file.name),
      hiddenText: [],
    };
    return Promise.resolve([source]);
  },
};

/** A paragraph this long without an empty line in it is rather a list of lines. */
const LINES_ARE_PARAGRAPHS_FROM = 600;

export function addParagraphs(list: PassageList, text: string, role: UnnumberedPassage['role'] = 'own'): void {
  for (const paragraph of text.replace(/\r\n?/g, '\n').split(/\n[^\S\n]*\n/)) {
    const lines = paragraph.split('\n');
    const wrapped = lines.length > 1 && lines.slice(0, -1).every((line) => line.length < LINES_ARE_PARAGRAPHS_FROM / 2);
    if (paragraph.length > LINES_ARE_PARAGRAPHS_FROM && !wrapped) for (const line of lines) list.add(line, role);
    else list.add(paragraph, role);
  }
}
