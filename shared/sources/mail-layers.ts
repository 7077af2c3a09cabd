import type { UnnumberedPassage } from '../passage.ts';
import type { MailLine } from './mail-lines.ts';
import { quoteHeaderAt, type QuoteHeader } from './quote-headers.ts';

/** A paragraph of a mail's body with the layer it belongs to: 1 is the mail's own text, 2 and on what it quotes. */
export interface MailParagraph {
  text: string;
  role: UnnumberedPassage['role'];
  message: number;
  /** As the words above the quotation name them: nobody has checked them. */
  author?: string;
  time?: string;
}

interface Layer extends Omit<QuoteHeader, 'lines'> {
  message: number;
  depth: number;
  signature: boolean;
}

const SENT_FROM = /^(?:sent (?:from|with|using) [^.,!?]{2,50}(?:<[^>]*>|\([^)]*\))?|get outlook for .{2,40}|anfonwyd o fy .{2,40})$/i;
/** The lines that begin a signature: two hyphens by the rules of mail, and what people make of them. */
const SIGNATURE_LINE = /^(?:--|—|––|__)$/;

/**
 * Splits a body into its own text and the mails it quotes. The libraries weighed: email-reply-parser and planer give
 * the newest text only, and not the layers, their authors and times; mailparser does not split at all.
 */
export function splitMail(lines: readonly MailLine[]): MailParagraph[] {
  return new LayerSplit(lines).run();
}

class LayerSplit {
  readonly #lines: readonly MailLine[];
  readonly #open: Layer[] = [{ message: 1, depth: 0, signature: false }];
  readonly #paragraphs: MailParagraph[] = [];
  /** The last layer of each depth: an answer between the lines comes back to it. */
  readonly #closed = new Map<number, Layer>();
  #messages = 1;
  #breakNext = true;

  constructor(lines: readonly MailLine[]) {
    this.#lines = lines;
  }

  run(): MailParagraph[] {
    let place = 0;
    for (let line = this.#lines[place]; line; line = this.#lines[place]) {
      const header = quoteHeaderAt(this.#lines, place);
      if (header) {
        this.#startQuoted(header, place);
        for (let end = place + header.lines; place < end; place += 1) this.#addHeaderLine(this.#lines[place]);
        this.#breakNext = true;
        continue;
      }
      if (line.mark === 'reply-start') this.#openLayer(line.depth, {});
      else this.#followDepth(line.depth);
      this.#addLine(line);
      place += 1;
    }
    return this.#paragraphs;
  }

  /** What follows a header is quoted: to the end where it is not set apart, and else as far as its depth goes. */
  #startQuoted({ author, time, lines }: QuoteHeader, place: number): void {
    const headerDepth = this.#lines[place]?.depth ?? 0;
    const bodyDepth = this.#lines[place + lines]?.depth ?? headerDepth;
    while ((this.#open.at(-1)?.depth ?? 0) > headerDepth && this.#open.length > 1) this.#open.pop();
    this.#openLayer(Math.max(headerDepth, bodyDepth), {
      ...(author === undefined ? {} : { author }),
      ...(time === undefined ? {} : { time }),
    });
  }

  #openLayer(depth: number, header: { author?: string; time?: string }): void {
    this.#closed.clear();
    this.#messages += 1;
    this.#open.push({ message: this.#messages, depth, signature: false, ...header });
    this.#breakNext = true;
  }

  #followDepth(depth: number): void {
    while (this.#open.length > 1 && (this.#open.at(-1)?.depth ?? 0) > depth) {
      const closed = this.#open.pop();
      if (closed) this.#closed.set(closed.depth, closed);
      this.#breakNext = true;
    }
    if (depth <= (this.#open.at(-1)?.depth ?? 0)) return;
    const before = this.#closed.get(depth);
    if (before) this.#open.push(before);
    else this.#openLayer(depth, {});
    this.#breakNext = true;
  }

  #addHeaderLine(line: MailLine | undefined): void {
    // A rule above a header says nothing that could be quoted.
    if (!line || !/[\p{L}\p{N}]/u.test(line.text)) return;
    this.#append(line.text, 'quoted', this.#breakNext);
    this.#breakNext = false;
  }

  #addLine(line: MailLine): void {
    const layer = this.#open.at(-1);
    if (!layer) return;
    if (SIGNATURE_LINE.test(line.text)) {
      layer.signature = true;
      this.#breakNext = true;
      return;
    }
    const signature = layer.signature || line.mark === 'signature' || SENT_FROM.test(line.text);
    const own = line.kind === 'table' || line.kind === 'heading' ? line.kind : 'own';
    const role = layer.message > 1 ? 'quoted' : signature ? 'signature' : own;
    this.#append(line.text, role, line.starts || this.#breakNext);
    this.#breakNext = false;
  }

  #append(text: string, role: UnnumberedPassage['role'], starts: boolean): void {
    const { message, author, time } = this.#open.at(-1) ?? { message: 1 };
    const last = this.#paragraphs.at(-1);
    if (last && !starts && last.role === role && last.message === message) last.text += `\n${text}`;
    else
      this.#paragraphs.push({ text, role, message, ...(author === undefined ? {} : { author }), ...(time === undefined ? {} : { time }) });
  }
}
