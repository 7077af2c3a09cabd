import type { EngineInput } from '../../ports.ts';
import type { Passage } from '../../passage.ts';
import type { DraftAction, DraftDate, DraftStatement, SummaryDraft } from '../drafts.ts';
import { quoted } from './evidence.ts';
import { dateOf, findDates } from './find-dates.ts';
import { findRequests, type FoundRequest } from './find-requests.ts';
import { isBoilerplate } from './noise.ts';
import { actionOf } from './offline-extract-actions.ts';
import { pickSentences } from './pick-sentences.ts';
import { rankSentences, type RankedSentence } from './rank-sentences.ts';
import { sentencesOf, type Sentence } from './sentences.ts';

/** Points by length of summary, and how many a long text may have: one more for every so many sentences. */
const POINTS = { short: { least: 3, most: 4 }, standard: { least: 5, most: 8 }, detailed: { least: 8, most: 14 } } as const;
const SENTENCES_PER_EXTRA_POINT = 120;
/** Of each list that stands beside the points: what a task pane shows without becoming the document again. */
const MAX_ACTIONS = 12;
const MAX_DATES = 10;
const MAX_QUESTIONS = 8;
/** A sentence longer than this is no headline. */
const MAX_HEADLINE_WORDS = 45;

/** What a summary is made of: a mail's own words, a document's body; an earlier layer only where there is nothing else. */
export function readableSentences(passages: readonly Passage[]): Sentence[] {
  const all = sentencesOf(passages).filter(({ passage }) => passage.role !== 'heading' && passage.role !== 'signature');
  const own = all.filter(({ passage }) => passage.role !== 'quoted');
  return own.some(({ text }) => !isBoilerplate(text)) ? own : all;
}

function numberOfPoints(length: keyof typeof POINTS, sentences: number): number {
  const { least, most } = POINTS[length];
  return Math.min(most, least + Math.floor(sentences / SENTENCES_PER_EXTRA_POINT));
}

/** The sentence that says most by itself: not a question, not a request's courtesy, short enough to read at a glance. */
function headlineOf(picked: readonly RankedSentence[]): RankedSentence | undefined {
  const fit = picked.filter(({ words, sentence }) => words >= 6 && words <= MAX_HEADLINE_WORDS && !/\?["'”’)]*$/u.test(sentence.text));
  return [...fit].sort((one, other) => other.score - one.score)[0] ?? picked[0];
}

/** Actions worth a reader's eye, in reading order: the sure ones, then those with a date or an owner. */
function actionsOf(requests: readonly FoundRequest[]): FoundRequest[] {
  const weight = ({ sure, due, who }: FoundRequest): number => (sure ? 4 : 0) + (due === null ? 0 : 2) + (who === null ? 0 : 1);
  const worth = requests.filter((request) => !request.question || request.due !== null).filter((request) => weight(request) >= 2);
  const best = new Set([...worth].sort((one, other) => weight(other) - weight(one)).slice(0, MAX_ACTIONS));
  return worth.filter((request) => best.has(request));
}

/** Days from today on that are no action's own; a day that is past is history, and a season is no day to keep. */
function datesOf(sentences: readonly Sentence[], actions: readonly DraftAction[], today: string): DraftDate[] {
  const seen = new Set(actions.flatMap(({ due }) => (due === null ? [] : (dateOf(due, today) ?? []))));
  const found = sentences.flatMap((sentence) =>
    findDates(sentence.text, today).flatMap(({ said, date }): DraftDate[] => {
      if (date === undefined || date < today || seen.has(date)) return [];
      seen.add(date);
      return [{ ...quoted(sentence), said }];
    }),
  );
  return found.slice(0, MAX_DATES);
}

/** Key sentences: the best one as headline, others in reading order, and the requests, coming dates and open questions beside them. */
export function offlineSummarise(input: EngineInput): SummaryDraft {
  const sentences = readableSentences(input.passages);
  const ranked = rankSentences(sentences);
  const wanted = numberOfPoints(input.options.length ?? 'standard', ranked.length);
  const picked = pickSentences(ranked, (chosen) => chosen.length > wanted);
  const headline = headlineOf(picked);
  const points = picked.filter((candidate) => candidate !== headline).sort((one, other) => one.place - other.place);
  const requests = findRequests(sentences, input);
  const actions = actionsOf(requests).map(actionOf);
  return {
    headline: headline ? quoted(headline.sentence) : firstWords(sentences, input.passages),
    points: points.map(({ sentence }) => quoted(sentence)),
    actions,
    dates: datesOf(sentences, actions, input.today),
    questions: requests
      .filter(({ question }) => question)
      .slice(0, MAX_QUESTIONS)
      .map(({ sentence }) => quoted(sentence)),
  };
}

/** A text without one usable sentence (a greeting, a heading, a table of figures) still shows what it begins with. */
function firstWords(sentences: readonly Sentence[], passages: readonly Passage[]): DraftStatement {
  const first = sentences[0] ?? sentencesOf(passages)[0];
  if (first) return quoted(first);
  return { text: passages[0]?.text ?? '', evidence: passages[0] ? [{ passage: passages[0].id, quote: passages[0].text }] : [] };
}
