import type { EngineInput } from '../../ports.ts';
import type { Passage } from '../../passage.ts';
import type { DraftStatement, ReplyDraft } from '../drafts.ts';
import { evidenceOf } from './evidence.ts';
import { findRequests, type FoundRequest } from './find-requests.ts';
import { isSamePerson } from '../../trust/same-person.ts';
import { personName } from './names.ts';
import { greetingName, ownWords, plainSubject, toneWords } from './reply-words.ts';
import { sentencesOf } from './sentences.ts';

/** Requests and questions that a reply takes up one by one; the rest would be a form, and is left to the asker's eye. */
const ASKED = { short: 6, standard: 6, detailed: 12 } as const;
/** Words of a request that are said back; the whole of it stands in the citation. */
const MAX_QUOTED_WORDS = 40;

type Stance = EngineInput['options']['stance'];

function ownText(text: string): DraftStatement {
  return { text, evidence: [] };
}

function isAsker(name: string | undefined, input: EngineInput): boolean {
  return name !== undefined && name.trim().toLowerCase() === input.asker.name?.trim().toLowerCase();
}

/** The passages of the newest message that somebody else wrote; a mail's attachments are sources of their own. */
function newestMessage(input: EngineInput): Passage[] {
  const first = input.passages.filter(({ source }) => source === (input.passages[0]?.source ?? 0));
  const others = first.filter(({ locator }) => !isAsker(locator.author, input));
  const candidates = others.length > 0 ? others : first;
  // A mail quotes downwards from the newest; a thread tells upwards to it.
  const isMail = first.some(({ role }) => role === 'quoted');
  const numbers = candidates.map(({ locator }) => locator.message ?? 0);
  const newest = isMail ? Math.min(...numbers) : Math.max(...numbers);
  const message = candidates.filter(({ locator }) => (locator.message ?? 0) === newest);
  const own = message.filter(({ role }) => role !== 'quoted' && role !== 'signature');
  return own.length > 0 ? own : message;
}

/** Whether a yes or a no answers it: asks the reader to do something, or whether they can. */
function isYesOrNo({ sentence, question }: FoundRequest): boolean {
  return (
    !question ||
    /\b(?:(?:can|could|would|will) (?:you|we|i)|are you (?:able|free|available|happy|content|willing)|may (?:i|we)|do you agree|would it be (?:possible|ok))\b/iu.test(
      sentence.text,
    )
  );
}

/** What follows the quoted request, and whether it answers it. */
function reaction(request: FoundRequest, stance: Stance): { text: string; addressed: boolean } {
  const yesOrNo = isYesOrNo(request);
  if (stance === 'holding') return { text: 'I am looking into this.', addressed: false };
  if (stance === 'accept' && yesOrNo) {
    return {
      text: request.due === null ? 'Yes, I will do this. [Check.]' : `Yes, I will do this. [Check that you can meet: ${request.due}.]`,
      addressed: true,
    };
  }
  if (stance === 'decline' && yesOrNo)
    return { text: 'I am not able to do this. [Reason, or what you can offer instead.]', addressed: true };
  return { text: request.question ? '[Your answer.]' : '[What you will do, and by when.]', addressed: false };
}

function saidBack(text: string): string {
  const words = text
    .replace(/^(?:[-•*–]|\(?\w{1,2}[.)])\s+/u, '')
    .replace(/[“”"]/gu, '’')
    .split(' ');
  return words.length <= MAX_QUOTED_WORDS ? words.join(' ') : `${words.slice(0, MAX_QUOTED_WORDS).join(' ')} …`;
}

function askedParagraphs(
  asked: readonly FoundRequest[],
  input: EngineInput,
  answered: boolean,
): { paragraphs: DraftStatement[]; answers: ReplyDraft['answers'] } {
  const paragraphs: DraftStatement[] = [];
  const answers: ReplyDraft['answers'] = [];
  for (const request of asked) {
    const { text, addressed } = answered ? { text: '', addressed: true } : reaction(request, input.options.stance);
    paragraphs.push({
      text: `You ${request.question ? 'asked' : 'wrote'}: “${saidBack(request.sentence.text)}” ${text}`.trim(),
      evidence: evidenceOf(request.sentence),
    });
    answers.push({ question: request.sentence.text, addressed });
  }
  return { paragraphs, answers };
}

/** What the reply says as a whole before it takes up each request. */
function opening(input: EngineInput, asked: readonly FoundRequest[], words: string | undefined): DraftStatement[] {
  const { stance, tone } = input.options;
  const sentences = toneWords[tone ?? 'neutral'];
  if (stance === 'holding') return [ownText(sentences.holding)];
  if (stance === 'accept') return [ownText(sentences.accept)];
  if (stance === 'decline') return [ownText(sentences.decline)];
  return asked.length === 0 && words === undefined ? [ownText('[Your reply.]')] : [];
}

/** A reply to edit: greeting, thanks, the stance, the asker's own words, each request said back with room for its answer, sign-off. */
export function offlineDraftReply(input: EngineInput): ReplyDraft {
  const { tone = 'neutral', length = 'standard' } = input.options;
  const words = toneWords[tone];
  const message = newestMessage(input);
  const from = message.find(({ locator }) => locator.author)?.locator.author ?? input.envelope?.from;
  const asked = findRequests(sentencesOf(message), input)
    .filter(({ sure, question, who }) => (sure || question) && (who === null || isSamePerson(personName(who) ?? who, input.asker)))
    .slice(0, ASKED[length]);
  const said = ownWords(input.instruction);
  const answered = said !== undefined && !said.startsWith('[') && asked.length === 1;
  const { paragraphs, answers } = askedParagraphs(asked, input, answered);
  const greeted = isAsker(from, input) ? undefined : greetingName(from, tone === 'formal');
  return {
    subject: null,
    paragraphs: [
      ownText(words.greeting(greeted)),
      ownText(words.thanks(length === 'short' ? undefined : plainSubject(input.envelope?.subject))),
      ...opening(input, asked, said),
      ...(answered ? [...paragraphs, ownText(said)] : [...(said === undefined ? [] : [ownText(said)]), ...paragraphs]),
      ...(length === 'detailed' ? [ownText('What happens next: [next step, who does it and by when].')] : []),
      ...(length === 'short' ? [] : [ownText(words.closing)]),
      ownText(`${words.signOff},\n${input.asker.name ?? '[Your name]'}`),
    ],
    answers,
  };
}
