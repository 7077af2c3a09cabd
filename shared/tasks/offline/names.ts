/** People's names as mails and lists of actions write them, by their look alone: no list of names is kept. */

/** One to three capitalised words, for use in a pattern with the `u` flag. */
export const NAME_PATTERN = "\\p{Lu}[\\p{L}’'-]+(?: (?:de |van |von )?\\p{Lu}[\\p{L}’'-]+){0,2}";

/** Capitalised words that open a sentence and are nobody's name. */
const NO_NAME = new Set(
  `i we you they he she it this that these those there here the a an and but so if when while as in on at by for to of or also please thanks thank
  can could would will shall should may might must do does did are is was were have has had who what when where why how which let lets just any
  all some no not now then next finally first second yes ok okay hi hello dear hey good great action actions following further before after once
  until happy able unable glad pleased keen ready due free sorry welcome grateful nice hope hoping like subject according trying going need needs
  want wants delighted content willing likely unlikely set about back up monday tuesday wednesday thursday friday saturday sunday january february march april june july
  august september october november december everyone everybody someone anyone colleagues team teams folks regards best kind many with from our my
  your their his her one two three another other both each every perhaps maybe however therefore meanwhile fyi nb ps re given decision note how`.split(
    /\s+/u,
  ),
);

/** Whether a run of capitalised words may be somebody's (or some team's) name. */
export function looksLikeName(words: string): boolean {
  const first = /^\S+/u.exec(words)?.[0] ?? '';
  return /^\p{Lu}[\p{L}’'-]+$/u.test(first) && !NO_NAME.has(first.toLowerCase());
}

/** "Okafor, Priya (DfE)" as "Priya Okafor"; undefined where nothing is left of it. */
export function personName(written: string | undefined): string | undefined {
  const bare = (written ?? '')
    .replace(/[(<[].*$/u, '')
    .replace(/["]/gu, '')
    .trim();
  const ordered = /^[^,]+, *[^,]+$/u.test(bare) ? bare.split(',').reverse().join(' ').trim() : bare;
  return ordered === '' ? undefined : ordered.replace(/\s+/gu, ' ');
}

/** The first name in lower case, to tell whether two ways of writing mean one person. */
export function firstNameOf(written: string | undefined): string | undefined {
  return personName(written)?.split(' ')[0]?.toLowerCase();
}
