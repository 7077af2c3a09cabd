import { startsParagraph } from './paragraph-lines.ts';
import type { HtmlBlock } from './html-visible-text.ts';

/** One visible line of a mail's body. */
export interface MailLine {
  text: string;
  /** In how many quotations it stands: `>` signs, or the quoting elements of mail programs. */
  depth: number;
  /** Begins a new paragraph. */
  starts: boolean;
  kind: HtmlBlock['kind'];
  mark: HtmlBlock['mark'];
}

/** `>From` is how mailboxes escape a line that begins with "From", not a quotation. */
const QUOTE_SIGNS = /^(?:\s?>(?!From ))+\s?/;

export function linesOfText(text: string): MailLine[] {
  const lines: MailLine[] = [];
  let starts = true;
  let before: string | undefined;
  for (const line of text.replace(/\r\n?/g, '\n').split('\n')) {
    const signs = QUOTE_SIGNS.exec(line)?.[0] ?? '';
    const depth = signs.replace(/[^>]/g, '').length;
    const rest = line.slice(signs.length);
    // The blank after "--" tells a signature from a rule, so ends are cut with care.
    const trimmed = rest.trimEnd() === '--' ? '--' : rest.trim();
    if (trimmed === '') starts = true;
    else {
      lines.push({
        text: trimmed,
        depth,
        starts: starts || depth !== lines.at(-1)?.depth || startsParagraph(trimmed, before),
        kind: 'text',
        mark: undefined,
      });
      starts = false;
    }
    before = trimmed;
  }
  return lines;
}

export function linesOfBlocks(blocks: HtmlBlock[]): MailLine[] {
  const lines: MailLine[] = [];
  for (const { text, kind, quoteDepth, mark } of blocks) {
    if (kind === 'text') {
      let before: string | undefined;
      for (const line of text.split('\n')) {
        const [plain] = linesOfText(line);
        const starts = before === undefined || before === '' || startsParagraph(line, before);
        if (plain)
          lines.push({
            ...plain,
            depth: quoteDepth + plain.depth,
            starts,
            mark: before === undefined || mark === 'signature' ? mark : undefined,
          });
        before = line.trim();
      }
    } else lines.push({ text: text.replace(/\n+/g, ' '), depth: quoteDepth, starts: true, kind, mark });
  }
  return lines;
}
