import type { ReadSource } from '../passage.ts';
import { PassageList } from './passage-list.ts';
import { isMarkdownText } from './sniff.ts';
import type { SourceFormat } from './source-format.ts';

const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const LIST_ITEM = /^\s*(?:[-*+]|\d{1,4}[.)])\s+/;
const FENCE = /^\s*(?:```|~~~)/;
const COMMENT = /<!--[\s\S]*?(?:-->|$)/g;

/**
 * Markdown read for its structure only: headings, list items, paragraphs. Its marks stay in the text, as the writer sees
 * them. (officeparser reads it too, but as a tree without the marks, and a quote must stand as the person wrote it.)
 */
export const markdown: SourceFormat = {
  label: 'Markdown (.md)',
  matches: isMarkdownText,
  read: ({ file, text = '' }) => {
    const list = new PassageList();
    const hiddenText: string[] = [];
    const visible = list
      .cutToLimit(text)
      .replace(/\r\n?/g, '\n')
      .replace(COMMENT, (comment) => {
        hiddenText.push(comment.slice(4, -3));
        return '';
      });
    addMarkdown(list, visible);
    const source: ReadSource = { kind: 'document', name: file.name, passages: list.passages, notices: list.notices(file.name), hiddenText };
    return Promise.resolve([source]);
  },
};

function addMarkdown(list: PassageList, text: string): void {
  let paragraph: string[] = [];
  let fenced = false;
  const end = (): void => {
    list.add(paragraph.join('\n'));
    paragraph = [];
  };
  for (const line of text.split('\n')) {
    if (FENCE.test(line)) fenced = !fenced;
    const heading = fenced ? null : HEADING.exec(line);
    if (heading) {
      end();
      list.addHeading(heading[2] ?? '', heading[1]?.length ?? 1);
    } else if (!fenced && (line.trim() === '' || LIST_ITEM.test(line))) {
      end();
      paragraph.push(line);
    } else paragraph.push(line);
  }
  end();
}
