import { parse, type DefaultTreeAdapterTypes } from 'parse5';
import { findDataTables } from './html-tables.ts';
import { canBeSeen, lookInside, PAGE_LOOK, type Look } from './html-look.ts';
import { attribute, classesOf, HtmlStyles } from './html-styles.ts';
import { TableRows } from './table-rows.ts';

type Element = DefaultTreeAdapterTypes.Element;
type ParentNode = DefaultTreeAdapterTypes.ParentNode;

/** A paragraph, heading, list item or table row that a person sees, line breaks kept. */
export interface HtmlBlock {
  text: string;
  kind: 'text' | 'heading' | 'list' | 'table';
  /** 1 to 6 of a heading. */
  level: number;
  /** In how many quotations of mail programs it stands. */
  quoteDepth: number;
  /** Where mail programs say so: a signature, or the first block of the mail that is answered. */
  mark: 'signature' | 'reply-start' | undefined;
}

export interface VisibleHtml {
  title: string;
  blocks: HtmlBlock[];
  /** Each run of text that is in the page and cannot be seen. */
  hidden: string[];
}

/**
 * The text of an HTML page or mail that a person can see, in reading order. Comments, scripts, alternative texts and
 * titles are no text. Measured in the field: html-to-text, mailparser and DOMPurify's text each let 22 to 25 of 30 ways
 * of hiding text through, so the visibility is our own; parse5 makes the tree. The walk is a loop: mails nest deeply.
 */
export function readVisibleHtml(html: string): VisibleHtml {
  const document = parse(html);
  const walk = new VisibleWalk(new HtmlStyles(styleSheetsOf(document)), findDataTables(document));
  walk.run(document);
  return { title: walk.title, blocks: walk.blocks, hidden: walk.hidden };
}

const NO_TEXT = new Set([
  'script',
  'style',
  'template',
  'noscript',
  'iframe',
  'object',
  'embed',
  'svg',
  'math',
  'canvas',
  'audio',
  'video',
  'input',
  'select',
  'datalist',
  'link',
  'meta',
  'img',
  'area',
  'noframes',
]);
const BLOCK = new Set(
  'address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul'.split(
    ' ',
  ),
);
const REPLY_START = /^(?:x_)*(?:appendonsend|divRplyFwdMsg|OLK_SRC_BODY_SECTION|mail-editor-reference-message-container)$/i;
const SIGNATURE = /^(?:x_)*(?:gmail_signature|moz-signature|signature|ms-outlook-mobile-signature)$/i;
const QUOTE_CLASS =
  /^(?:x_)*(?:gmail_quote(?:_container)?|yahoo_quoted|protonmail_quote|zmail_extra|moz-forward-container|mail_quote|quote)$/i;

interface Frame {
  node: ParentNode;
  next: number;
  look: Look;
  context: Context;
  block: boolean;
  /** An ordered list's next number. */
  number: number;
}

interface Context {
  kind: HtmlBlock['kind'];
  level: number;
  quoteDepth: number;
  signature: boolean;
}

class VisibleWalk {
  readonly blocks: HtmlBlock[] = [];
  readonly hidden: string[] = [];
  title = '';
  readonly #styles: HtmlStyles;
  readonly #dataTables: Set<Element>;
  readonly #ancestors: Element[] = [];
  #text = '';
  #hiddenText = '';
  #label = '';
  #replyStart = false;
  #rows: TableRows | undefined;

  constructor(styles: HtmlStyles, dataTables: Set<Element>) {
    this.#styles = styles;
    this.#dataTables = dataTables;
  }

  run(document: DefaultTreeAdapterTypes.Document): void {
    const start: Context = { kind: 'text', level: 0, quoteDepth: 0, signature: false };
    const stack: Frame[] = [{ node: document, next: 0, look: PAGE_LOOK, context: start, block: true, number: 1 }];
    for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
      const child = frame.node.childNodes[frame.next];
      frame.next += 1;
      if (!child) this.#leave(frame, stack);
      else if ('tagName' in child) this.#enter(child, frame, stack);
      else if (child.nodeName === '#text') this.#addText(child.value, frame);
    }
    this.#endHidden();
  }

  #enter(element: Element, outer: Frame, stack: Frame[]): void {
    const tag = element.tagName;
    if (tag === 'title' && this.#ancestors.some((one) => one.tagName === 'head')) this.title ||= textOf(element);
    if (NO_TEXT.has(tag) || tag === 'title') return;
    if (tag === 'br') {
      this.#text += '\n';
      return;
    }
    const styles = this.#styles.of(element, this.#ancestors);
    const look = lookInside(element, styles, outer.look);
    if (isFolding(outer.node) && tag !== 'summary') look.gone = true;
    if (look.gone !== outer.look.gone) this.#endHidden();
    const block = BLOCK.has(tag) || /^(?:block|flex|grid|table|list-item)/.test(styles.get('display') ?? '');
    if (block) this.#endBlock(outer.context);
    const context = this.#contextOf(element, outer.context);
    if (REPLY_START.test(attribute(element, 'id') ?? '')) this.#replyStart = true;
    if (tag === 'li' && outer.node.nodeName === 'ol') this.#label = listNumber(element, outer);
    if (tag === 'table' && this.#dataTables.has(element)) this.#rows = new TableRows();
    if (tag === 'td' || tag === 'th') this.#rows?.startCell(tag === 'th', Number(attribute(element, 'colspan') ?? 1));
    this.#ancestors.push(element);
    stack.push({ node: element, next: 0, look, context, block, number: Number.parseInt(attribute(element, 'start') ?? '1', 10) || 1 });
  }

  #leave(frame: Frame, stack: Frame[]): void {
    stack.pop();
    if (frame.block) this.#endBlock(frame.context);
    if (frame.look.gone && stack.at(-1)?.look.gone === false) this.#endHidden();
    const element = this.#ancestors.pop();
    if (!element || !this.#rows) return;
    if (element.tagName === 'td' || element.tagName === 'th') this.#rows.endCell();
    if (element.tagName === 'tr') for (const text of this.#rows.endRow()) this.#push(text, { ...frame.context, kind: 'table' });
    if (this.#dataTables.has(element)) this.#rows = undefined;
  }

  #contextOf(element: Element, outer: Context): Context {
    const { tagName: tag } = element;
    const names = [...classesOf(element), attribute(element, 'id') ?? ''];
    const quote = (tag === 'blockquote' && attribute(element, 'type') === 'cite') || names.some((name) => QUOTE_CLASS.test(name));
    const signature = outer.signature || names.some((name) => SIGNATURE.test(name));
    const quoteDepth = outer.quoteDepth + (quote ? 1 : 0);
    if (/^h[1-6]$/.test(tag)) return { kind: 'heading', level: Number(tag[1]), quoteDepth, signature };
    if (tag === 'li') return { kind: 'list', level: 0, quoteDepth, signature };
    return { ...outer, quoteDepth, signature };
  }

  #addText(value: string, { look, node }: Frame): void {
    const text = look.preformatted ? value : value.replace(/[ \t\n\r\f]+/g, ' ');
    if (canBeSeen(look) && !isFolding(node)) {
      if (text.trim() !== '') this.#endHidden();
      this.#text += text;
    } else this.#hiddenText += text;
  }

  #endHidden(): void {
    const text = this.#hiddenText.replace(/\s+/g, ' ').trim();
    // Mails pad their preview line with invisible filler: blanks and zero-width characters hide no words.
    if (/[\p{L}\p{N}]/u.test(text)) this.hidden.push(text);
    this.#hiddenText = '';
  }

  #endBlock(context: Context): void {
    const text = this.#text
      .replace(/[^\S\n]+/g, ' ')
      .replace(/ ?\n ?/g, '\n')
      .trim();
    this.#text = '';
    if (text === '') return;
    const labelled = this.#label === '' ? text : `${this.#label} ${text}`;
    this.#label = '';
    if (this.#rows?.inCell) this.#rows.addToCell(labelled);
    else this.#push(labelled, context);
  }

  #push(text: string, { kind, level, quoteDepth, signature }: Context): void {
    const mark = this.#replyStart ? 'reply-start' : signature ? 'signature' : undefined;
    this.#replyStart = false;
    this.blocks.push({ text, kind, level, quoteDepth, mark });
  }
}

/** A closed `details` shows nothing of its own but its summary. */
function isFolding(node: ParentNode): boolean {
  return 'tagName' in node && node.tagName === 'details' && attribute(node, 'open') === undefined;
}

function listNumber(item: Element, list: Frame): string {
  const own = Number.parseInt(attribute(item, 'value') ?? '', 10);
  const number = Number.isNaN(own) ? list.number : own;
  list.number = number + 1;
  const type = 'tagName' in list.node ? attribute(list.node, 'type') : undefined;
  if ((type === 'a' || type === 'A') && number >= 1 && number <= 26) return `${String.fromCharCode(type.charCodeAt(0) + number - 1)}.`;
  return `${number}.`;
}

function styleSheetsOf(document: DefaultTreeAdapterTypes.Document): string {
  const sheets: string[] = [];
  const waiting: ParentNode[] = [document];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    for (const child of node.childNodes) {
      if (!('tagName' in child)) continue;
      if (child.tagName === 'style' && !/print/i.test(attribute(child, 'media') ?? '')) sheets.push(textOf(child));
      else waiting.push(child);
    }
  }
  return sheets.join('\n');
}

function textOf(element: Element): string {
  return element.childNodes
    .map((child) => ('value' in child ? child.value : ''))
    .join('')
    .trim();
}
