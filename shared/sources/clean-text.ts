/**
 * What every passage's text goes through: composed characters, line ends as `\n`, no control characters, no runs of
 * blanks, no more than one empty line. Words stay as they are. Which unseen characters are dropped on the way to an
 * engine is the code-point policy's matter, in shared/trust/.
 */
export function cleanText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replace(/[\p{Cc}]/gu, (character) => (character === '\n' || character === '\t' ? character : ''))
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
