/** Marks that word processors and mail put for the same quotation mark; nothing else is folded, so that no word can change. */
const QUOTE_MARKS: Record<string, string> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u201A': "'",
  '\u201B': "'",
  '\u2032': "'",
  '\u0060': "'",
  '\u00B4': "'",
  '\u201C': '"',
  '\u201D': '"',
  '\u201E': '"',
  '\u201F': '"',
  '\u2033': '"',
  '\u00AB': '"',
  '\u00BB': '"',
};

export interface FoldedText {
  text: string;
  /** For each character of `text`, its index in the original. */
  origins: number[];
}

/** White space runs become one space, quotation marks their plain form; each character remembers where it came from. */
export function foldText(original: string): FoldedText {
  const characters: string[] = [];
  const origins: number[] = [];
  let afterSpace = true;
  for (let index = 0; index < original.length; index += 1) {
    const character = original.charAt(index);
    if (/\s/u.test(character)) {
      if (!afterSpace) {
        characters.push(' ');
        origins.push(index);
      }
      afterSpace = true;
    } else {
      characters.push(QUOTE_MARKS[character] ?? character);
      origins.push(index);
      afterSpace = false;
    }
  }
  if (characters.at(-1) === ' ') {
    characters.pop();
    origins.pop();
  }
  return { text: characters.join(''), origins };
}

/** The passage's own words that `quote` copies, or undefined where it does not stand there on word boundaries. */
export function findQuote(passage: FoldedText, original: string, quote: string): { start: number; end: number; text: string } | undefined {
  const wanted = foldText(quote).text;
  if (wanted === '') return undefined;
  for (let at = passage.text.indexOf(wanted); at !== -1; at = passage.text.indexOf(wanted, at + 1)) {
    if (!standsOnWordBoundaries(passage.text, at, at + wanted.length)) continue;
    const start = passage.origins[at];
    const last = passage.origins[at + wanted.length - 1];
    if (start === undefined || last === undefined) return undefined;
    return { start, end: last + 1, text: original.slice(start, last + 1) };
  }
  return undefined;
}

// "12" must not be found inside "2012", nor "act" inside "exact".
function standsOnWordBoundaries(text: string, start: number, end: number): boolean {
  const word = /[\p{L}\p{N}]/u;
  const cutsAtStart = start > 0 && word.test(text.charAt(start - 1)) && word.test(text.charAt(start));
  const cutsAtEnd = end < text.length && word.test(text.charAt(end)) && word.test(text.charAt(end - 1));
  return !cutsAtStart && !cutsAtEnd;
}
