import type { ReadSource, UnnumberedPassage } from '../passage.ts';
import { hiddenTextNotice } from './hidden-text-notice.ts';
import { readVisibleHtml, type HtmlBlock } from './html-visible-text.ts';
import { PassageList } from './passage-list.ts';
import { isHtmlText } from './sniff.ts';
import type { SourceFormat } from './source-format.ts';

/** A saved web page. */
export const htmlDocument: SourceFormat = {
  label: 'web page (.html)',
  matches: isHtmlText,
  read: ({ file, text = '' }) => {
    const { blocks, hidden } = readVisibleHtml(text);
    const list = new PassageList();
    for (const block of blocks) addBlock(list, block);
    const notices = [...hiddenTextNotice(file.name, hidden.length), ...list.notices(file.name)];
    const source: ReadSource = { kind: 'document', name: file.name, passages: list.passages, notices, hiddenText: hidden };
    return Promise.resolve([source]);
  },
};

function addBlock(list: PassageList, block: HtmlBlock): void {
  const role: UnnumberedPassage['role'] = block.kind === 'table' ? 'table' : 'own';
  if (block.kind === 'heading') list.addHeading(block.text, block.level);
  else list.add(block.text, role);
}
