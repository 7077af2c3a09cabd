/** Rules that change a text word by word: each gives the text with nothing added that was not in it or in our own tables. */

/** "helpful,and", but not a comma inside a web address or a reference. */
const COMMA_WITHOUT_SPACE = /(?<=(?:^|\s)[(“"']?\p{L}{1,40}),(?=\p{L}{2})/gu;

type Table = readonly (readonly [from: string, to: string])[];

function escaped(words: string): string {
  return words
    .replace(/[.*+?^${}()|[\]\\]/gu, '\\$&')
    .replace(/ /gu, '\\s+')
    .replace(/[’']/gu, "[’']");
}

function likeCase(found: string, to: string): string {
  if (to === '') return '';
  return /^\p{Lu}/u.test(found) && !/^\p{Lu}{2}/u.test(found) ? to.charAt(0).toUpperCase() + to.slice(1) : to;
}

/** Every entry of a table replaced, the longest first, upper case kept. Words inside quotation marks are somebody else's and stay. */
export function replaceWords(text: string, table: Table): string {
  const byLength = [...table].sort(([one], [other]) => other.length - one.length);
  const known = new Map(byLength.map(([from, to]) => [from.toLowerCase(), to]));
  const pattern = new RegExp(
    `(?:[“"][^“”"]*[”"])|(?<![\\p{L}\\p{N}_@.-])(?:${byLength.map(([from]) => escaped(from)).join('|')})(?![\\p{L}\\p{N}_@-])`,
    'giu',
  );
  const replaced = text.replace(pattern, (whole: string) => {
    const to =
      known.get(whole.toLowerCase().replace(/\s+/gu, ' ').replace(/’/gu, "'")) ?? known.get(whole.toLowerCase().replace(/\s+/gu, ' '));
    return to === undefined ? whole : likeCase(whole, to);
  });
  return replaced === text ? text : mended(replaced);
}

/** After words were taken out: no double space, no comma that begins, a capital at the start of a sentence. */
function mended(text: string): string {
  return capitals(
    text
      .replace(/[^\S\n]{2,}/gu, ' ')
      .replace(/ +([,.;:!?])(?=\s|$|\p{L})/gu, '$1')
      .replace(/,\s*(?=[.!?;])/gu, '')
      .replace(COMMA_WITHOUT_SPACE, ', ')
      .replace(/(^|[.!?]\s+),\s*/gu, '$1')
      .replace(/,\s*,/gu, ',')
      .trim(),
  );
}

function capitals(text: string): string {
  return text.replace(/(^|[.!?]["”’)]?\s+)(\p{Ll})/gu, (whole, before: string, letter: string, at: number) => {
    const lead = text.slice(Math.max(0, at - 6), at + 1);
    // "i.e. this", "approx. ten", "No. ten": the full stop ends no sentence. A word such as "iPhone" or an address keeps its own case.
    if (/(?:\b(?:i\.e|e\.g|etc|cf|vs|approx|no|para|s|p|pp|art|reg|fig|viz)\.|\b\p{L}\.|\.\.\.|…)$/iu.test(lead)) return whole;
    return /^\p{Ll}\p{Lu}|^[\w.]+@|^https?:|^www\./u.test(text.slice(at + before.length)) ? whole : before + letter.toUpperCase();
  });
}

/** Words that may stand twice in good English. */
const MAY_REPEAT = new Set(['that', 'had', 'is', 'do', 'very', 'really', 'no', 'bye', 'so', 'hear', 'there', 'now', 'will', 'can']);

/** Spacing, repeated words, capitals, "i" and the slips of the table; nothing that needs to understand the sentence. */
export function tidyGrammar(text: string, table: Table): string {
  const spaced = text
    .replace(/[^\S\n]{2,}/gu, ' ')
    .replace(/ +([,.;:!?])(?=\s|$|\p{L})/gu, '$1')
    .replace(COMMA_WITHOUT_SPACE, ', ')
    .replace(/([!?,;])\1+/gu, '$1')
    .replace(/\b(\p{L}+)(\s+)\1\b(?![’'-])/giu, (whole, word: string) =>
      MAY_REPEAT.has(word.toLowerCase()) || (/^\p{Lu}/u.test(word) && !/^The$|^A$|^In$|^Of$/u.test(word)) ? whole : word,
    )
    .replace(/(?<![\p{L}\p{N}.’'-])i(?=(?:[’'](?:m|ll|ve|d))?[\s,?!])(?!\.e)/gu, 'I');
  return capitals(replaceWords(spaced, table)).trim();
}
