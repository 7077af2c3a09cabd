import { pathToFileURL } from 'node:url';
import type { EngineInput } from '../../shared/ports.ts';
import type { Passage } from '../../shared/passage.ts';
import { keySentences, readableSentences } from '../../shared/tasks/offline/key-sentences.ts';
import { offlineAnswer } from '../../shared/tasks/offline/offline-answer.ts';
import { readMeetings, type Meeting } from './qmsum-meetings.ts';
import { pairedBootstrap, seededRandom } from './rouge-bootstrap.ts';
import { firstWords, rouge1 } from './rouge.ts';

/** Stemmed ROUGE-1 F of each meeting's summary, times 100, by who made it. */
interface SummaryScores {
  ours: number[];
  lead: number[];
  random: number[];
}

export interface SpanScores {
  questions: number;
  /** Questions for which the engine said that it found nothing. */
  notFound: number;
  /** Sentences given for the others, and those of them whose turn people had marked. */
  picked: number;
  inSpan: number;
}

export interface QmsumFigures {
  summaries: Record<'committee' | 'product', SummaryScores>;
  spans: Record<'committee' | 'product', SpanScores>;
}

/** What must be reached: on the same parts the first words of a meeting give 29 and 20. */
export const BARS = { committee: 28, product: 26, spanPrecision: 0.6 } as const;

const parts = ['committee', 'product'] as const;
/** Random summaries a meeting, averaged: one alone is luck. */
const RANDOM_SUMMARIES = 20;

const wordsOf = (text: string): number => text.trim().split(/\s+/u).length;
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** Our key sentences in order of choice, to the reference's number of words. */
function ourSummary(passages: readonly Passage[], budget: number): string {
  const picked = keySentences(
    readableSentences(passages),
    (chosen) => chosen.reduce((sum, { sentence }) => sum + wordsOf(sentence.text), 0) >= budget,
  );
  return firstWords(picked.map(({ sentence }) => sentence.text).join(' '), budget);
}

function randomScore({ passages, summary }: Meeting, budget: number): number {
  const sentences = readableSentences(passages).map(({ text }) => text);
  const random = seededRandom(budget);
  return meanOf(
    Array.from({ length: RANDOM_SUMMARIES }, () => {
      const shuffled = sentences.map((text) => ({ text, key: random() })).sort((one, other) => one.key - other.key);
      return rouge1(firstWords(shuffled.map(({ text }) => text).join(' '), budget), summary);
    }),
  );
}

function scoreSummaries(meetings: readonly Meeting[]): SummaryScores {
  const scores: SummaryScores = { ours: [], lead: [], random: [] };
  for (const meeting of meetings) {
    const budget = wordsOf(meeting.summary);
    scores.ours.push(100 * rouge1(ourSummary(meeting.passages, budget), meeting.summary));
    scores.lead.push(100 * rouge1(firstWords(meeting.passages.map(({ text }) => text).join(' '), budget), meeting.summary));
    scores.random.push(100 * randomScore(meeting, budget));
  }
  return scores;
}

function scoreSpans(meetings: readonly Meeting[]): SpanScores {
  const scores: SpanScores = { questions: 0, notFound: 0, picked: 0, inSpan: 0 };
  for (const { passages, questions } of meetings) {
    const turnOf = new Map(passages.map(({ id, locator }) => [id, locator.message ?? 0]));
    for (const { question, turns } of questions) {
      const input: EngineInput = { instruction: question, passages, options: {}, asker: {}, today: '2026-01-05' };
      const { found, answer } = offlineAnswer(input);
      const cited = answer.flatMap(({ evidence }) => evidence.map(({ passage }) => turnOf.get(passage) ?? 0));
      scores.questions += 1;
      scores.notFound += found ? 0 : 1;
      scores.picked += cited.length;
      scores.inSpan += cited.filter((turn) => turns.has(turn)).length;
    }
  }
  return scores;
}

/** Measures the offline engine on the QMSum parts of a corpus folder and prints the figures. */
export async function benchQmsum(corpus: string): Promise<QmsumFigures> {
  const committee = await readMeetings(corpus, 'committee');
  const product = await readMeetings(corpus, 'product');
  const figures: QmsumFigures = {
    summaries: { committee: scoreSummaries(committee), product: scoreSummaries(product) },
    spans: { committee: scoreSpans(committee), product: scoreSpans(product) },
  };
  for (const line of report(figures)) console.log(line);
  return figures;
}

function report({ summaries, spans }: QmsumFigures): string[] {
  const all = (who: keyof SummaryScores): number[] => parts.flatMap((part) => summaries[part][who]);
  const against = (who: 'lead' | 'random'): string => {
    const { mean, low, high } = pairedBootstrap(all('ours'), all(who));
    return `  ours against ${who} on all ${all('ours').length} meetings: ${signed(mean)} [${signed(low)}, ${signed(high)}] (paired bootstrap, 95 %)`;
  };
  return [
    'Offline engine on QMSum: whole-meeting summaries, stemmed ROUGE-1 F at the reference’s number of words',
    ...parts.map((part) => {
      const { ours, lead, random } = summaries[part];
      return `  ${part} (${ours.length}): ours ${meanOf(ours).toFixed(1)} (bar ${BARS[part]}), lead ${meanOf(lead).toFixed(1)}, random ${meanOf(random).toFixed(1)}`;
    }),
    against('lead'),
    against('random'),
    `Questions about a meeting: sentences whose turn people had marked (bar ${BARS.spanPrecision})`,
    ...[...parts.map((part) => ({ name: part, of: spans[part] })), { name: 'both', of: together(spans) }].map(({ name, of }) =>
      spanLine(name, of),
    ),
  ];
}

function together(spans: QmsumFigures['spans']): SpanScores {
  const sum = (key: keyof SpanScores): number => parts.reduce((total, part) => total + spans[part][key], 0);
  return { questions: sum('questions'), notFound: sum('notFound'), picked: sum('picked'), inSpan: sum('inSpan') };
}

function spanLine(name: string, { questions, notFound, picked, inSpan }: SpanScores): string {
  const answered = questions - notFound;
  return `  ${name} (${questions}): ${(inSpan / Math.max(1, picked)).toFixed(3)}, ${(picked / Math.max(1, answered)).toFixed(2)} sentences an answer, ${notFound} not found (${(inSpan / (5 * questions)).toFixed(3)} if each of those were five wrong ones)`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const corpus = process.env['HUMPHREY_CORPUS'];
  if (corpus === undefined) console.log('QMSum: skipped, HUMPHREY_CORPUS names no corpus folder.');
  else await benchQmsum(corpus);
}
