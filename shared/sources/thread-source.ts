import { HumphreyError } from '../errors.ts';
import type { ReadSource } from '../passage.ts';
import type { ThreadToRead } from '../ports.ts';
import { hiddenTextNotice } from './hidden-text-notice.ts';
import { readVisibleHtml } from './html-visible-text.ts';
import { PassageList } from './passage-list.ts';
import { addParagraphs } from './plain-text.ts';

/** A channel's thread: a passage for each paragraph of each message, with its number, author and time. */
export function readThreadSource({ title, messages }: ThreadToRead): ReadSource {
  const name = title === undefined || title.trim() === '' ? 'Channel thread' : title.trim();
  const list = new PassageList();
  const hiddenText: string[] = [];
  for (const [index, { author, sent, html, text }] of messages.entries()) {
    list.startPlace({ message: index + 1, author, time: sent });
    if (html === undefined) addParagraphs(list, text ?? '');
    else {
      const { blocks, hidden } = readVisibleHtml(html);
      hiddenText.push(...hidden);
      for (const block of blocks) list.add(block.text, block.kind === 'table' ? 'table' : 'own');
    }
  }
  if (list.passages.length === 0) {
    throw new HumphreyError('empty-source', 'There is no text in this thread yet. Ask again when somebody has written something.');
  }
  return {
    kind: 'thread',
    name,
    passages: list.passages,
    notices: [...hiddenTextNotice('This thread', hiddenText.length), ...list.notices(name)],
    hiddenText,
  };
}
