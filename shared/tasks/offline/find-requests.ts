import type { EngineInput } from '../../ports.ts';
import { isSamePerson } from '../../trust/same-person.ts';
import { findDates } from './find-dates.ts';
import { firstNameOf, looksLikeName, NAME_PATTERN, personName } from './names.ts';
import { isBoilerplate } from './noise.ts';
import { requestTier, VERBS } from './request-tier.ts';
import type { Sentence } from './sentences.ts';

/** A sentence that asks somebody to do something, or in which somebody undertakes to. */
export interface FoundRequest {
  sentence: Sentence;
  /** False: it may be a request; a person decides. */
  sure: boolean;
  /** A name as the sentence or its greeting has it, "you" for the one it is written to, null where nobody is named. */
  who: string | null;
  /** The date with the words that lead to it ("by noon on Tuesday"), null where the sentence has none. */
  due: string | null;
  question: boolean;
}

const NAMES = `${NAME_PATTERN}(?:(?: and | & |, )${NAME_PATTERN})*`;

const OWNED: readonly RegExp[] = [
  new RegExp(`(?:^|[\\s:•*-])(?<who>${NAMES}) to (?:please |also )?${VERBS}\\b`, 'u'),
  new RegExp(
    `(?:^|[.;:] |[-•*] )@?(?<who>${NAME_PATTERN})(?:,| [–-]|:) (?:[Pp]lease|[Cc]an|[Cc]ould|[Ww]ould|[Ww]ill|[Aa]re|[Dd]o|[Dd]id|[Hh]ave|[Mm]ay|[Gg]rateful|[Ww]hat|[Ww]hen|[Ww]here|[Hh]ow|[Ww]ho|[Ii]s|[Pp]ls|[Ll]et)\\b`,
    'u',
  ),
  new RegExp(
    `\\b(?:[Cc]an|[Cc]ould|[Ww]ould|[Ww]ill|[Pp]lease|[Aa]sk(?:ed|ing)?|need|want|like|get|remind) (?<who>${NAMES}) (?:to )?(?:please |also |now )?${VERBS}\\b`,
    'u',
  ),
  new RegExp(
    `(?:^|[\\s(])(?<who>${NAMES}) (?:will|is to|are to|agreed to|has agreed to|undertook to|has offered to|offered to|should|must|needs to|has to) \\p{Ll}+`,
    'u',
  ),
  new RegExp(`\\b(?:[Aa]ction|ACTION|[Oo]wner|[Ll]ead|[Rr]esponsible|[Aa]ssigned to)\\s?[:–-]\\s*@?(?<who>${NAMES})`, 'u'),
];

const PROMISE = /\b(?:I|we) (?:will|shall|am going to|are going to|agreed to|undertook to)\b|\b(?:I|we)[’']ll\b/iu;
const ADDRESSED =
  /\b(?:you|your|please|pls)\b|\blet (?:me|us) (?:know|have)\b|\b(?:grateful (?:if|for)|call|ring|e-?mail|send) (?:me|us)?\b/iu;
const TOGETHER = /\blet[’']?s\b|\b(?:shall|should|can|could) we\b|\bwe (?:should|must|need to|have to|ought to)\b/iu;
const GREETED = new RegExp(
  `^(?:Dear|Hi|Hello|Hey|Morning|Good (?:morning|afternoon|evening)|Annwyl),? (?<who>${NAME_PATTERN})\\s*[,:!–-]?$`,
  'u',
);
const EVERYBODY = /^(?:all|both|team|everyone|everybody|colleagues?|folks|there|again|sir|madam|minister|secretary|chair)\b/iu;

function namedOwner(text: string): string | undefined {
  for (const pattern of OWNED) {
    const who = pattern.exec(text)?.groups?.['who'];
    if (who !== undefined && looksLikeName(who)) return who;
  }
  return undefined;
}

/** To whom a message is written, by its greeting: "you" for the asker and for everybody. */
function addressee(greeted: string | undefined, input: Pick<EngineInput, 'asker'>): string {
  const asker = firstNameOf(input.asker.name);
  if (
    greeted === undefined ||
    EVERYBODY.test(greeted) ||
    asker === undefined ||
    firstNameOf(greeted) === asker ||
    isSamePerson(greeted, input.asker)
  )
    return 'you';
  return greeted;
}

function ownerOf(
  sentence: Sentence,
  context: { greeted: string | undefined; author: string | undefined; input: EngineInput },
): string | null {
  const { text } = sentence;
  const named = namedOwner(text);
  if (named !== undefined) return named;
  if (PROMISE.test(text) && !/\?$/u.test(text))
    return /\bwe\b/iu.test(PROMISE.exec(text)?.[0] ?? '') ? null : (personName(context.author) ?? null);
  if (TOGETHER.test(text)) return null;
  const byAsker = context.author !== undefined && firstNameOf(context.author) === firstNameOf(context.input.asker.name);
  if (ADDRESSED.test(text) || /\?$/u.test(text))
    return byAsker && context.greeted === undefined ? null : addressee(context.greeted, context.input);
  return null;
}

/** Words that lead to a deadline stand before it in what is shown: "by noon on Tuesday". */
const DUE_LEAD = /(?:\b(?:by|before|no later than|not later than|until|till|on|for|within|at|due)(?: the)? )$/iu;

/** The date of a sentence that reads most like a deadline, in the sentence's own words. */
export function dueOf(text: string, today: string): string | null {
  const dates = findDates(text, today).map(({ said, index, date }) => {
    const lead = DUE_LEAD.exec(text.slice(0, index))?.[0] ?? '';
    const words = text.slice(index - lead.length, index + said.length);
    const isLimit = /^(?:by|before|no later|not later|until|till|within|due|cop|cob|close|end|the end)\b/iu.test(words);
    return { words, weight: (isLimit ? 2 : lead ? 1 : 0) - (date !== undefined && date < today ? 3 : 0) };
  });
  const best = dates.reduce<{ words: string; weight: number } | undefined>(
    (most, date) => (most && most.weight >= date.weight ? most : date),
    undefined,
  );
  return best && best.weight >= 0 ? best.words : null;
}

/** The greeting that stands over each sentence: the last one before it in the same message or source. */
function greetings(sentences: readonly Sentence[]): (string | undefined)[] {
  let place = '';
  let greeted: string | undefined;
  return sentences.map(({ passage, text }) => {
    const here = `${passage.source}:${passage.locator.message ?? ''}`;
    if (here !== place) greeted = undefined;
    place = here;
    const found = GREETED.exec(text)?.groups?.['who'];
    if (found !== undefined) greeted = found;
    return greeted;
  });
}

/** Roles that ask nothing of anybody today: what was asked in a quoted layer has been answered or is asked again above. */
const SILENT_ROLES = new Set(['quoted', 'signature', 'heading']);

/** The requests among sentences, in reading order, each once; quoted layers are read only where there is nothing else. */
export function findRequests(sentences: readonly Sentence[], input: EngineInput): FoundRequest[] {
  const greeted = greetings(sentences);
  const onlyQuoted = !sentences.some(({ passage }) => passage.role === 'own' || passage.role === 'table' || passage.role === 'note');
  const seen = new Set<string>();
  return sentences.flatMap((sentence, at): FoundRequest[] => {
    const { text, passage } = sentence;
    if (SILENT_ROLES.has(passage.role) && !(onlyQuoted && passage.role === 'quoted')) return [];
    // "What you need to do:" leads to requests and is none.
    const tier = isBoilerplate(text) || text.endsWith(':') ? undefined : requestTier(text);
    const key = text.toLowerCase();
    if (tier === undefined || seen.has(key)) return [];
    seen.add(key);
    const author = passage.locator.author ?? (passage.source === 0 ? input.envelope?.from : undefined);
    const who = ownerOf(sentence, { greeted: greeted[at], author, input });
    return [{ sentence, sure: tier === 'sure', who, due: dueOf(text, input.today), question: /\?["'”’)]*$/u.test(text) }];
  });
}
