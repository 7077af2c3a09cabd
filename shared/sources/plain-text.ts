import type { ReadSource, UnnumberedPassage } from '../passage.ts';
import { startsParagraph } from './paragraph-lines.ts';
import { PassageList } from './passage-list.ts';
import type { SourceFormat } from './source-format.ts';

/** Plain text. */
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

/** A passage for each paragraph: after an empty line, after a line too long to be wrapped, and for each item of a list. */
export function addParagraphs(list: PassageList, text: string, role: UnnumberedPassage['role'] = 'own'): void {
  let lines: string[] = [];
  const end = (): void => {
    list.add(lines.join('\n'), role);
    lines = [];
  };
  for (const line of list.cutToLimit(text).replace(/\r\n?/g, '\n').split('\n')) {
    if (line.trim() === '' || startsParagraph(line, lines.at(-1))) end();
    if (line.trim() !== '') lines.push(line);
  }
  end();
}
