import type { DefaultTreeAdapterTypes } from 'parse5';
import { attribute, classesOf } from './html-styles.ts';

type Element = DefaultTreeAdapterTypes.Element;

interface TableSeen {
  element: Element;
  rows: number;
  cells: number;
  headings: number;
  bordered: boolean;
  spansRows: boolean;
  nested: boolean;
}

/**
 * The tables that hold data, to be read by rows. Mails lay out whole pages with tables: those nest, have no heading cells
 * and no borders, and are read cell by cell. A cell over several rows shifts the columns, so such a table is read that way too.
 */
export function findDataTables(document: DefaultTreeAdapterTypes.Document): Set<Element> {
  const found = new Set<Element>();
  const open: TableSeen[] = [];
  const stack: { node: DefaultTreeAdapterTypes.ParentNode; next: number }[] = [{ node: document, next: 0 }];
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    const child = frame.node.childNodes[frame.next];
    frame.next += 1;
    if (!child) {
      stack.pop();
      if (open.at(-1)?.element === frame.node) {
        const table = open.pop();
        if (table && holdsData(table)) found.add(table.element);
      }
    } else if ('tagName' in child) {
      note(child, open);
      stack.push({ node: child, next: 0 });
    }
  }
  return found;
}

function note(element: Element, open: TableSeen[]): void {
  const table = open.at(-1);
  if (element.tagName === 'table') {
    if (table) table.nested = true;
    const bordered =
      Number(attribute(element, 'border') ?? 0) > 0 ||
      classesOf(element).some((name) => /MsoTableGrid|MsoNormalTable|govuk-table/i.test(name));
    open.push({ element, rows: 0, cells: 0, headings: 0, bordered, spansRows: false, nested: false });
  } else if (table && element.tagName === 'tr') table.rows += 1;
  else if (table && (element.tagName === 'td' || element.tagName === 'th')) {
    table.cells += 1;
    if (element.tagName === 'th') table.headings += 1;
    if (Number(attribute(element, 'rowspan') ?? 1) > 1) table.spansRows = true;
    if (/border(-\w+)?:\s*(?!none|0)/.test(attribute(element, 'style') ?? '')) table.bordered = true;
  }
}

function holdsData({ element, rows, cells, headings, bordered, spansRows, nested }: TableSeen): boolean {
  if (nested || spansRows || attribute(element, 'role') === 'presentation') return false;
  return rows >= 2 && cells >= rows * 2 && (headings > 0 || bordered);
}
