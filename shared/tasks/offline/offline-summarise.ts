import type { EngineInput } from '../../ports.ts';
import type { Passage } from '../../passage.ts';
import type { DraftAction, DraftDate, DraftStatement, SummaryDraft } from '../drafts.ts';
import { quoted } from './evidence.ts';
import { dateOf, findDates } from './find-dates.ts';
import { findRequests, type FoundRequest } from './find-requests.ts';
import { isLive, keySentences, readableSentences } from './key-sentences.ts';
import { actionOf } from './offline-extract-actions.ts';
import type { RankedSentence } from './rank-sentences.ts';
import { sentencesOf, type Sentence } from './sentences.ts';

/** Points by length of summary, and how many a long text may have: one more for every so many sentences. */
const POINTS = { short: { least: 3, most: 4 }, standard: { least: 5, most: 8 }, detailed: { least: 8, most: 14 } } as const;
const SENTENCES_PER_EXTRA_POINT = 120;
/** A short text is not said again whole: at most this share of its sentences become points. */
const MOST_OF_TEXT = 0.5;
/** Of each list that stands beside the points: what a task pane shows without becoming the document again. */
const MAX_ACTIONS = 12;
const MAX_DATES = 10;
/** So few requests are all shown; of more, those that are neither sure nor owned nor dated are left out. */
const FEW_REQUESTS = 6;
const MAX_QUESTIONS = 8;
/** A sentence shorter or longer than this is no headline. */
const MIN_HEADLINE_WORDS = 6;
const MAX_HEADLINE_WORDS = 45;

function numberOfPoints(length: keyof typeof POINTS, sentences: number): number {
  const { least, most } = POINTS[length];
  return Math.min(most, least + Math.floor(sentences / SENTENCES_PER_EXTRA_POINT), Math.ceil(sentences * MOST_OF_TEXT));
}

/** How much more a headline's place counts than a point's: what stands first was put first by its writer. */
const HEADLINE_FADE = 4;

/** The sentence that says most by itself: no question, short enough to read at a glance, and rather from the beginning. */
function headlineOf(picked: readonly RankedSentence[], total: number): RankedSentence | undefined {
  const fit = picked.filter(
    ({ words, sentence }) => words >= MIN_HEADLINE_WORDS && words <= MAX_HEADLINE_WORDS && !/\?["'”’)]*$/u.test(sentence.text),
  );
  const value = ({ score, place }: RankedSentence): number => score * (1 + Math.exp((-HEADLINE_FADE * place) / Math.max(1, total)));
  return [...fit].sort((one, other) => value(other) - value(one))[0] ?? picked[0];
}

const ASKS_TO_DO = /\b(?:can|could|would|will) (?:you|someone|somebody|anybody|the)\b|\bplease\b|\b(?:can|could|would|will) \p{Lu}/iu;

/** Actions worth a reader's eye, in reading order: the sure ones, then those with a date or an owner. */
function actionsOf(requests: readonly FoundRequest[], live: boolean): FoundRequest[] {
  const weight = ({ sure, due, who }: FoundRequest): number => (sure ? 4 : 0) + (due === null ? 0 : 2) + (who === null ? 0 : 1);
  // A question with a date in it ("Are we still aiming for Tuesday?") wants an answer, unless it asks for something to be done.
  const asked = requests.filter(({ question, due, sentence }) => !question || (due !== null && ASKS_TO_DO.test(sentence.text)));
  // A document's "should" and "will" are its subject; only what plainly asks its reader is an action.
  const least = live ? (asked.length <= FEW_REQUESTS ? 0 : 2) : 4;
  const worth = asked.filter((request) => weight(request) >= least);
  const best = new Set([...worth].sort((one, other) => weight(other) - weight(one)).slice(0, MAX_ACTIONS));
  return worth.filter((request) => best.has(request));
}

/** Days that pass with the day itself, and years and quarters: nobody puts them in a diary. */
const PASSING = /^(?:today|tonight|this (?:morning|afternoon|evening|week|month)|(?:in )?(?:20\d\d ?[-–/] ?\d{2,4}|20\d\d|q[1-4] .*))$/iu;

/** Days from today on that are no action's own; a day that is past is history, and a season is no day to keep. */
function datesOf(
  sentences: readonly Sentence[],
  actions: readonly DraftAction[],
  { today, live }: { today: string; live: boolean },
): DraftDate[] {
  const seen = new Set(actions.flatMap(({ due }) => (due === null ? [] : (dateOf(due, today) ?? []))));
  const found = sentences.flatMap((sentence) =>
    findDates(sentence.text, today).flatMap(({ said, date }): DraftDate[] => {
      if (date === undefined || date < today || seen.has(date) || !(live || /20\d\d/u.test(said)) || PASSING.test(said)) return [];
      seen.add(date);
      return [{ ...quoted(sentence), said }];
    }),
  );
  return found.slice(0, MAX_DATES);
}

/** Key sentences: the best one as headline, others in reading order, and the requests, coming dates and open questions beside them. */
export function offlineSummarise(input: EngineInput): SummaryDraft {
  const sentences = readableSentences(input.passages);
  const requests = findRequests(sentences, input);
  const live = isLive(sentences, input.envelope !== undefined);
  const asked = actionsOf(requests, live);
  const questions = requests
    .filter((request) => request.question && (live || request.sure) && !asked.includes(request))
    .slice(0, MAX_QUESTIONS);
  const actions = asked.map(actionOf);
  // What stands in the lists beside the points is not said twice, unless there is nothing else.
  const listed = new Set([...asked.filter(({ sure }) => sure), ...questions].map(({ sentence }) => sentence));
  const unlisted = sentences.filter((sentence) => !listed.has(sentence));
  const wanted = numberOfPoints(input.options.length ?? 'standard', unlisted.length);
  const picked = pickedSentences(
    unlisted.some(({ text }) => text.split(' ').length >= MIN_HEADLINE_WORDS) ? unlisted : sentences,
    wanted + 1,
    input,
  );
  // A mail's attachment is read for the mail's sake: the headline is the mail's own.
  const leading = picked.filter(({ sentence }) => input.envelope === undefined || sentence.passage.source === input.passages[0]?.source);
  const headline = headlineOf(leading.length > 0 ? leading : picked, unlisted.length);
  const points = picked.filter((candidate) => candidate !== headline).sort((one, other) => one.place - other.place);
  return {
    headline: headline ? quoted(headline.sentence) : firstWords(sentences, input.passages),
    points: points.map(({ sentence }) => quoted(sentence)),
    actions,
    dates: datesOf(sentences, actions, { today: input.today, live }),
    questions: questions.map(({ sentence }) => quoted(sentence)),
  };
}

/** Key sentences of everything; of a mail with attachments, half of them the mail's own, however long the attachments are. */
function pickedSentences(sentences: readonly Sentence[], wanted: number, input: EngineInput): RankedSentence[] {
  const first = input.passages[0]?.source;
  const mail = sentences.filter(({ passage }) => passage.source === first);
  if (input.envelope === undefined || mail.length === 0 || mail.length === sentences.length)
    return keySentences(sentences, (chosen) => chosen.length >= wanted);
  const ofMail = keySentences(mail, (chosen) => chosen.length >= Math.ceil(wanted / 2));
  const attached = sentences.filter(({ passage }) => passage.source !== first);
  const ofAttachments = keySentences(attached, (chosen) => chosen.length >= wanted - ofMail.length);
  // One reading order: the mail, then what came with it.
  return [...ofMail, ...ofAttachments.map((ranked) => ({ ...ranked, place: ranked.place + mail.length }))];
}

/** A text without one usable sentence (a greeting, a heading, a table of figures) still shows what it begins with. */
function firstWords(sentences: readonly Sentence[], passages: readonly Passage[]): DraftStatement {
  const first = sentences[0] ?? sentencesOf(passages)[0];
  if (first) return quoted(first);
  return { text: passages[0]?.text ?? '', evidence: passages[0] ? [{ passage: passages[0].id, quote: passages[0].text }] : [] };
}
