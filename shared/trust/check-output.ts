import { stemmer } from 'stemmer';
import type { Citation, Statement, StatementFlag } from '../contract/task-result.ts';
import type { Passage } from '../passage.ts';
import type { DraftStatement } from '../tasks/drafts.ts';
import { cleanCodePoints } from './code-points.ts';
import { addFacts, findFacts, linkPatterns, noFacts, trimLink, type Facts } from './find-facts.ts';
import { findQuote, foldText, type FoldedText } from './fold-text.ts';
import { isSamePerson } from './same-person.ts';

/** Words that a quote must have unless it is the whole passage: two common words would "support" anything. */
const MIN_QUOTE_WORDS = 3;
/** Characters that are enough by themselves: Chinese and Thai put no spaces, an address is one long word. */
const LONG_QUOTE_CHARACTERS = 20;
/** Characters of a passage shown around a quote: a screenful of a narrow pane. */
const CONTEXT_CHARACTERS = 600;
/** Characters of one statement: a long paragraph. What is longer is no summary but a flood. */
const MAX_STATEMENT_CHARACTERS = 4_000;

/** Turns an engine's claims into checked statements, and keeps the citations that they stand on. */
export interface Checks {
  /**
   * `must-cite`: without a standing quote the statement is unsupported (summaries, answers, actions).
   * `may-be-own-words`: a sentence without evidence is the writer's own (replies), unless it brings in new facts.
   */
  statement: (draft: DraftStatement, rule: 'must-cite' | 'may-be-own-words') => Statement;
  /** A short text of the model's that is no statement (a subject line): links and markup taken out. */
  plain: (text: string) => string;
  /** All citations so far, by id from 1. */
  citations: () => Citation[];
  /** ISO 8601 day of `said`, computed by our own code; undefined where it can't be. */
  dateOf: (said: string) => string | undefined;
  /** Whether `name` (as an action's who) is the asker. */
  isAsker: (name: string) => boolean;
}

export interface ChecksInput {
  passages: Passage[];
  /** Texts whose facts may be repeated beside the sources': the asker's instruction, the envelope, today's date. */
  alsoAllowed: string[];
  asker: { name?: string; address?: string };
  dateOf: (said: string) => string | undefined;
}

export function createChecks(input: ChecksInput): Checks {
  const citations = new Map<string, Citation>();
  const passages = new Map(input.passages.map((passage) => [passage.id, passage]));
  const folded = new Map<string, FoldedText>();
  let sourceFacts: Facts | undefined;
  let sourceText: string | undefined;
  const seenText = (): string =>
    (sourceText ??= foldText([...input.passages.map((passage) => passage.text), ...input.alsoAllowed].join(' ')).text.toLowerCase());

  const allowedFacts = (): Facts => {
    if (sourceFacts) return sourceFacts;
    sourceFacts = noFacts();
    for (const text of [...input.passages.map((passage) => passage.text), ...input.alsoAllowed]) addFacts(sourceFacts, findFacts(text));
    return sourceFacts;
  };
  const foldedPassage = (passage: Passage): FoldedText => {
    const known = folded.get(passage.id);
    if (known) return known;
    const fresh = foldText(passage.text);
    folded.set(passage.id, fresh);
    return fresh;
  };

  /** The citation for a quote that stands, the same one each time; undefined for a quote that does not. */
  const cite = (evidence: { passage: string; quote: string }): Citation | undefined => {
    const passage = passages.get(evidence.passage);
    if (!passage) return undefined;
    const found = findQuote(foldedPassage(passage), passage.text, evidence.quote);
    if (!found || !isLongEnough(found.text, passage.text)) return undefined;
    const key = `${passage.id}:${found.start}:${found.end}`;
    const known = citations.get(key);
    if (known) return known;
    const citation: Citation = {
      id: citations.size + 1,
      source: passage.source,
      passage: passage.id,
      locator: passage.locator,
      quote: found.text,
      context: contextAround(passage.text, found),
    };
    citations.set(key, citation);
    return citation;
  };

  const plain = (text: string): string => withoutUnknownLinks(text, allowedFacts().links, seenText).text;

  const statement: Checks['statement'] = (draft, rule) => {
    const { text, removed } = withoutUnknownLinks(draft.text.slice(0, MAX_STATEMENT_CHARACTERS), allowedFacts().links, seenText);
    const cited = draft.evidence.map(cite);
    const standing = [...new Set(cited.filter((citation) => citation !== undefined))];
    const flags = new Set<StatementFlag>(unseenFacts(draft.text, allowedFacts()));
    if (removed) flags.add('link-removed');
    if (cited.includes(undefined)) flags.add('quote-not-found');
    if (standing.length > 0 && !sharesAWord(text, standing)) flags.add('quote-unrelated');
    if (namesNotIn(text, seenText).length > 0) flags.add('name-not-in-source');
    const faults = [...flags].filter((flag) => flag !== 'name-not-in-source');
    const support =
      faults.length > 0 ? 'unsupported' : standing.length > 0 ? 'verified' : rule === 'may-be-own-words' ? 'own-words' : 'unsupported';
    return { text, citations: standing.map((citation) => citation.id), support, flags: [...flags] };
  };

  return {
    statement,
    plain,
    citations: () => [...citations.values()],
    dateOf: input.dateOf,
    isAsker: (name) => isSamePerson(name, input.asker),
  };
}

function isLongEnough(quote: string, passage: string): boolean {
  const words = quote.trim().split(/\s+/u).length;
  return words >= MIN_QUOTE_WORDS || quote.trim().length >= LONG_QUOTE_CHARACTERS || foldText(quote).text === foldText(passage).text;
}

function contextAround(text: string, found: { start: number; end: number }): string {
  if (text.length <= CONTEXT_CHARACTERS) return text;
  const room = Math.max(0, CONTEXT_CHARACTERS - (found.end - found.start));
  const start = Math.max(0, found.start - Math.floor(room / 2));
  const end = Math.min(text.length, start + Math.max(CONTEXT_CHARACTERS, found.end - found.start));
  return `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`;
}

/** Markup of links and images goes, their words stay; a link or tag that no source holds, byte for byte, goes whole. */
function withoutUnknownLinks(text: string, known: Set<string>, seen: () => string): { text: string; removed: boolean } {
  let removed = false;
  let plain = cleanCodePoints(text)
    .text.replace(/<\/?[a-z][^>]*>/giu, (tag) => {
      // "<priya.shah@example.gov.uk>" in a bounce or a header is the source's own text.
      if (seen().includes(foldText(tag).text.toLowerCase())) return tag;
      removed = true;
      return '';
    })
    .replace(/!?\[([^\]]*)\]\(([^)]*)\)/gu, (_, words: string, target: string) => `${words} ${target}`.trim())
    .replace(/!?\[([^\]]*)\]\[[^\]]*\]/gu, '$1')
    .replace(/^\[[^\]]+\]:\s*/gmu, '');
  for (const pattern of linkPatterns) {
    plain = plain.replace(pattern, (link) => {
      if (known.has(trimLink(link))) return link;
      removed = true;
      return '[link removed]';
    });
  }
  return { text: plain.trim(), removed };
}

function unseenFacts(text: string, allowed: Facts): StatementFlag[] {
  const facts = findFacts(text);
  const misses = (kind: keyof Facts): boolean => [...facts[kind]].some((fact) => !allowed[kind].has(fact));
  return [
    ...(misses('numbers') ? (['number-not-in-source'] as const) : []),
    ...(misses('dates') ? (['date-not-in-source'] as const) : []),
    ...(misses('addresses') ? (['address-not-in-source'] as const) : []),
  ];
}

const COMMON_WORDS = new Set(
  'the and for that this with from have has are was were will would can could should must may not but you your our their his her its they them who what when where which into about than then been being also there here'.split(
    ' ',
  ),
);

/** A quote that stands but has no word in common with the statement supports nothing. */
function sharesAWord(text: string, cited: Citation[]): boolean {
  const inQuotes = new Set(cited.flatMap((citation) => stems(`${citation.quote} ${citation.context}`)));
  const own = stems(text);
  return own.length === 0 || own.some((stem) => inQuotes.has(stem));
}

function stems(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [];
  return words.filter((word) => !COMMON_WORDS.has(word)).map((word) => stemmer(word));
}

/** Capitalised runs of two words or more that stand nowhere in the sources. A flag only: names are not promised. */
function namesNotIn(text: string, seen: () => string): string[] {
  const runs = text.match(/(?<=[\p{Ll},;:] )\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]+)+/gu) ?? [];
  return runs.filter((run) => !seen().includes(foldText(run).text.toLowerCase()));
}
