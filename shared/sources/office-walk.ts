import type { OfficeContentNode } from 'officeparser';
import type { UnnumberedPassage } from '../passage.ts';
import type { PassageList } from './passage-list.ts';
import { rowText, type Cell } from './table-rows.ts';

/** Blocks that give passages of their own; all else is part of the text around it. */
const BLOCKS = new Set([
  'paragraph',
  'heading',
  'table',
  'list',
  'page',
  'drawing',
  'admonition',
  'definitionList',
  'definitionTerm',
  'definitionDescription',
  'header',
  'footer',
  'note',
  'comment',
]);

/** What differs between the formats that officeparser reads. */
export interface OfficeWalkOptions {
  /** Text that cannot be seen; it goes to `hidden`. */
  isHidden: (text: OfficeContentNode) => boolean;
  hidden: string[];
}

/** officeparser's tree as passages: paragraphs, headings, list items, table rows, notes after the block that refers to them. */
export class OfficeWalk {
  readonly #list: PassageList;
  readonly #options: OfficeWalkOptions;
  #notes: OfficeContentNode[] = [];

  constructor(list: PassageList, options: OfficeWalkOptions) {
    this.#list = list;
    this.#options = options;
  }

  walk(nodes: readonly OfficeContentNode[] | undefined, role: UnnumberedPassage['role'] = 'own'): void {
    for (const node of nodes ?? []) this.#visit(node, role);
  }

  /** A node's visible words, blocks inside it set apart by line breaks. */
  text(node: OfficeContentNode): string {
    const { text, blocks } = this.#inline(node);
    return [text, ...blocks.map((block) => this.text(block))].filter((one) => one.trim() !== '').join('\n');
  }

  #visit(node: OfficeContentNode, role: UnnumberedPassage['role']): void {
    if (node.type === 'table') {
      this.#table(node, role);
      return;
    }
    if (node.type === 'page') this.#list.startPlace({ page: node.metadata?.pageNumber ?? 0 });
    const { text, blocks } = this.#inline(node);
    if (node.type === 'heading') this.#list.addHeading(text, node.metadata?.level ?? 1);
    else this.#add(text, node.type === 'note' || node.type === 'comment' ? 'note' : role);
    this.#addNotes();
    this.walk(blocks, role);
  }

  #add(text: string, role: UnnumberedPassage['role']): void {
    if (text.trim() !== '') this.#list.add(withoutSymbolBullet(text), role);
  }

  #addNotes(): void {
    const notes = this.#notes;
    this.#notes = [];
    for (const note of notes) this.#list.add(this.text(note), 'note');
  }

  #inline(node: OfficeContentNode): { text: string; blocks: OfficeContentNode[] } {
    this.#notes.push(...(node.notes ?? []), ...(node.comments ?? []));
    const children = node.children ?? [];
    if (children.length === 0) return { text: this.#ownText(node), blocks: [] };
    let text = '';
    const blocks: OfficeContentNode[] = [];
    for (const child of children) {
      if (BLOCKS.has(child.type)) blocks.push(child);
      else {
        const inner = this.#inline(child);
        text += inner.text;
        blocks.push(...inner.blocks);
      }
    }
    return { text, blocks };
  }

  #ownText(node: OfficeContentNode): string {
    if (node.type === 'break') return '\n';
    const text = node.text ?? '';
    if (!this.#options.isHidden(node)) return text;
    if (text.trim() !== '') this.#options.hidden.push(text.trim());
    return '';
  }

  #table(table: OfficeContentNode, role: UnnumberedPassage['role']): void {
    const rows = (table.children ?? [])
      .filter((row) => row.type === 'row')
      .map((row) => (row.children ?? []).filter((cell) => cell.type === 'cell'));
    const laidOut =
      rows.some((row) => row.some((cell) => cell.children?.some((child) => child.type === 'table'))) || rows.every((row) => row.length < 2);
    if (laidOut) {
      for (const row of rows) for (const cell of row) this.walk(cell.children, role);
      return;
    }
    const cells = rows.map((row) => row.map((cell) => this.#cell(cell)));
    const headers = headersOf(cells);
    for (const row of cells) {
      for (const text of rowText(row, row === cells[0] ? undefined : headers)) this.#list.add(text, 'table');
      this.#addNotes();
    }
  }

  #cell(cell: OfficeContentNode): Cell {
    const { text, blocks } = this.#inline(cell);
    const paragraphs = [text, ...blocks.map((block) => withoutSymbolBullet(this.text(block)))].filter((one) => one.trim() !== '');
    const { colSpan = 1, rowSpan = 1 } = cell.type === 'cell' ? (cell.metadata ?? {}) : {};
    // A cell over several rows shifts the columns like one over several columns.
    return { paragraphs, span: Math.max(colSpan, rowSpan), heading: false };
  }
}

/** Bullets from the Symbol and Wingdings fonts come as private code points that no other font can show. */
function withoutSymbolBullet(text: string): string {
  return text.replace(/^\s*[\uE000-\uF8FF]\s*/u, '• ');
}

const MAX_HEADER_CHARACTERS = 80;

/**
 * The first row as column headings, if the table is a plain grid and the row reads as such: short words in every column,
 * no amounts, no questions. A value under a wrong heading would be a false statement, so in doubt there are none.
 */
function headersOf(rows: Cell[][]): string[] | undefined {
  const [first = [], ...others] = rows;
  const grid = rows.every((row) => row.length === first.length && row.every((cell) => cell.span === 1));
  if (!grid || others.length < 2 || first.length < 2) return undefined;
  const headings = first.map((cell) => cell.paragraphs.join(' ').replace(/\s+/g, ' ').trim());
  const read = headings.every(
    (text, index) =>
      (text === '' && index === 0) || (text.length <= MAX_HEADER_CHARACTERS && /\p{L}/u.test(text) && !NO_HEADING.test(text)),
  );
  return read ? headings : undefined;
}

/** An amount, or the end of a sentence, question or label. */
const NO_HEADING = /^[£$€(+-]?\s?\d[\d,.]*\S?$|[.;:?]$/;
