/**
 * Characters that a person cannot see but a model reads: tags, zero-width bits, bidirectional overrides, stray variation
 * selectors. Taken out of everything that goes to an engine, and out of everything that comes back.
 * Kept: the flags of England, Scotland and Wales (written with tag characters), emoji joins, and the joiners that
 * Arabic and Indic scripts need.
 */
const FLAG = /\u{1F3F4}[\u{E0061}-\u{E007A}\u{E0030}-\u{E0039}]{2,6}\u{E007F}/gu;
const JOINER_IN_EMOJI = /(?<=[\p{Extended_Pictographic}\uFE0F\u{1F3FB}-\u{1F3FF}])\u200D(?=\p{Extended_Pictographic})/gu;
const JOINER_IN_SCRIPT =
  /(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Malayalam}\p{M}])[\u200C\u200D](?=[\p{L}\p{M}])/gu;
const SELECTOR_AFTER_BASE = /(?<=[\p{Emoji}\p{So}])\uFE0F/gu;
const UNSEEN =
  /[\u{E0000}-\u{E0FFF}\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFE00-\uFE0F\uFEFF\u00AD\u061C\u180E\uFFF9-\uFFFB\p{Co}\p{Cn}\p{Cs}\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/gu;

export interface CleanText {
  text: string;
  /** How many characters went, for the notice. */
  removed: number;
}

/** NFC text without unseen characters; kept sequences stay whole. */
export function cleanCodePoints(original: string): CleanText {
  const text = original.normalize('NFC');
  const kept = new Set<number>();
  for (const pattern of [FLAG, JOINER_IN_EMOJI, JOINER_IN_SCRIPT, SELECTOR_AFTER_BASE]) {
    for (const match of text.matchAll(pattern)) {
      for (let index = match.index; index < match.index + match[0].length; index += 1) kept.add(index);
    }
  }
  let removed = 0;
  const clean = text.replace(UNSEEN, (character: string, index: number) => {
    if (kept.has(index)) return character;
    removed += 1;
    return '';
  });
  return { text: clean, removed };
}
