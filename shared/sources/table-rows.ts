/** A row longer than this is no row to read but a page laid out as a table: its cells become paragraphs. */
const MAX_ROW_CHARACTERS = 1_000;
/** A heading cell is a few words; longer, and repeating it in every row would drown the values. */
const MAX_HEADER_CHARACTERS = 80;
/** Columns a cell may span; a hostile page asks for millions. */
const MAX_SPAN = 100;

/** One cell's paragraphs and the columns it covers. */
export interface Cell {
  paragraphs: string[];
  span: number;
  heading: boolean;
}

/**
 * A table's rows as passages: `Header: value; Header: value`, so that a row can be quoted and understood by itself.
 * The header row stands on its own, too. Rows that are laid-out text give their paragraphs one by one.
 */
export class TableRows {
  #headers: string[] | undefined;
  #row: Cell[] = [];
  #cell: Cell | undefined;
  #rows = 0;

  get inCell(): boolean {
    return this.#cell !== undefined;
  }

  startCell(heading: boolean, span: number): void {
    this.endCell();
    this.#cell = { paragraphs: [], span: span >= 1 && span <= MAX_SPAN ? Math.floor(span) : 1, heading };
  }

  addToCell(text: string): void {
    this.#cell?.paragraphs.push(text);
  }

  endCell(): void {
    if (this.#cell) this.#row.push(this.#cell);
    this.#cell = undefined;
  }

  endRow(): string[] {
    this.endCell();
    const row = this.#row;
    this.#row = [];
    this.#rows += 1;
    if (this.#rows === 1 && row.length > 1 && row.every((cell) => cell.heading)) {
      this.#headers = row.flatMap((cell) => Array.from({ length: cell.span }, () => headerText(cell)));
      return rowText(row, undefined);
    }
    return rowText(row, this.#headers);
  }
}

function headerText(cell: Cell): string {
  const text = cell.paragraphs.join(' ').replace(/\s+/g, ' ').replace(/\s*:$/, '');
  return text.length <= MAX_HEADER_CHARACTERS ? text : '';
}

/** The passages of one row; `headers` by column, undefined where there are none to trust. */
export function rowText(row: Cell[], headers: string[] | undefined): string[] {
  const filled = row.filter((cell) => cell.paragraphs.length > 0);
  const length = filled.reduce((sum, cell) => sum + cell.paragraphs.join(' ').length, 0);
  if (length > MAX_ROW_CHARACTERS || filled.some((cell) => cell.paragraphs.length > 2)) return filled.flatMap((cell) => cell.paragraphs);
  const parts: string[] = [];
  let column = 0;
  for (const cell of row) {
    const value = cell.paragraphs.join(' ').replace(/\s+/g, ' ').trim();
    const header = cell.span === 1 ? (headers?.[column] ?? '') : '';
    column += cell.span;
    if (value !== '') parts.push(header === '' || header === value ? value : `${header}: ${value}`);
  }
  return parts.length === 0 ? [] : [parts.join('; ')];
}
