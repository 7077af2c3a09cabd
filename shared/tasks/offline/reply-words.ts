import type { TaskOptions } from '../../contract/task-request.ts';
import { personName } from './names.ts';

type Tone = NonNullable<TaskOptions['tone']>;

interface ToneWords {
  greeting: (name: string | undefined) => string;
  thanks: (subject: string | undefined) => string;
  accept: string;
  decline: string;
  holding: string;
  closing: string;
  signOff: string;
}

function about(subject: string | undefined): string {
  return subject === undefined ? '' : ` about “${subject}”`;
}

/** The fixed sentences of a reply by tone, in GOV.UK style: what a person must decide stands in square brackets. */
export const toneWords: Record<Tone, ToneWords> = {
  neutral: {
    greeting: (name) => (name === undefined ? 'Hello,' : `Hello ${name},`),
    thanks: (subject) => `Thank you for your message${about(subject)}.`,
    accept: 'Yes, I am happy to agree to this.',
    decline: 'I am sorry, but I am not able to agree to this. [Reason, if you want to give one.]',
    holding: 'I am looking into this and will reply in full by [date].',
    closing: 'Please let me know if you need anything else.',
    signOff: 'Kind regards',
  },
  warm: {
    greeting: (name) => (name === undefined ? 'Hi,' : `Hi ${name},`),
    thanks: (subject) => `Thank you so much for getting in touch${about(subject)}.`,
    accept: 'Yes, I would be very glad to.',
    decline: 'I am really sorry, but I am not able to do this. [Reason, if you want to give one.] I hope you understand.',
    holding: 'I wanted you to know that I have seen this and am looking into it. I will come back to you with a full reply by [date].',
    closing: 'Do let me know if there is anything else I can help with.',
    signOff: 'Best wishes',
  },
  formal: {
    greeting: (name) => (name === undefined ? 'Dear colleague,' : `Dear ${name},`),
    thanks: (subject) => `Thank you for your correspondence${about(subject)}.`,
    accept: 'I am pleased to confirm that I agree to this.',
    decline: 'I regret that I am not able to agree to this. [Reason, if you want to give one.]',
    holding: 'I am considering the points that you raise and will send you a full reply by [date].',
    closing: 'Please contact me if you need any further information.',
    signOff: 'Yours sincerely',
  },
  firm: {
    greeting: (name) => (name === undefined ? 'Dear colleague,' : `Dear ${name},`),
    thanks: (subject) => `I have read your message${about(subject)}.`,
    accept: 'I agree to this. [Conditions, if there are any.]',
    decline: 'I cannot agree to this. [Reason.]',
    holding: 'I am looking into this. You will have my reply by [date].',
    closing: 'Please confirm by [date] that you have what you need.',
    signOff: 'Regards',
  },
};

const TITLES = new Set([
  'mr',
  'mrs',
  'ms',
  'miss',
  'mx',
  'dr',
  'prof',
  'professor',
  'sir',
  'dame',
  'lord',
  'lady',
  'baroness',
  'rev',
  'cllr',
  'councillor',
  'rt',
  'hon',
  'the',
]);

/** How to greet the one who wrote: the first name, or title and surname where formal and a title is known; undefined for a mailbox. */
export function greetingName(from: string | undefined, formal: boolean): string | undefined {
  const bare = personName(from) ?? '';
  if (
    bare === '' ||
    /@|\d|\b(?:team|office|mailbox|enquiries|no-?reply|helpdesk|newsletter|department|unit|support|correspondence|private secretary)\b/iu.test(
      bare,
    )
  )
    return undefined;
  const words = bare.split(' ');
  const isTitle = (word: string): boolean => TITLES.has(word.toLowerCase().replace(/\.$/u, ''));
  const title = words.find(isTitle);
  const names = words.filter((word) => !isTitle(word) && /^\p{L}/u.test(word));
  const [first] = names;
  if (first === undefined) return undefined;
  const onlySurname = title !== undefined && names.length === 1;
  return title !== undefined && (formal || onlySurname) ? `${title.replace(/\.$/u, '')} ${names.at(-1) ?? first}` : first;
}

/** The subject without reply and forward marks and without markings in brackets; undefined where nothing is left. */
export function plainSubject(subject: string | undefined): string | undefined {
  const bare = (subject ?? '')
    .replace(/^\s*(?:(?:re|fw|fwd|aw|ateb|automatic reply)\s*:\s*)+/iu, '')
    .replace(/[[(](?:official|external|ext|sensitive)[^\])]*[\])]/giu, '')
    // The marking as it stands before a subject, descriptors and all: "OFFICIAL-SENSITIVE COMMERCIAL: bids".
    .replace(/^\s*(?:UK )?OFFICIAL(?:[ –-]*SENSITIVE)?(?:[^:\p{Ll}]{0,60}:|\s*[–-])\s*/u, '')
    .replace(/[“”"]/gu, '’')
    .trim();
  return bare === '' ? undefined : bare;
}

const COMMAND =
  /^(?:(?:please|now|and|can you|could you|help me(?: to)?|humphrey)[ ,]+)*(?:(?:draft|write|prepare|compose|send|give me|make|do)\b)?\s*(?:me )?(?:(?:a|an|the|my)\b)?\s*(?:(?:short|brief|quick|polite|friendly|warm|formal|firm|neutral|detailed|long|holding|standard|nice|kind|full)[, ]+(?:and |but )?)*(?:reply|response|respond|answer|acknowledgement|email|e-mail|message)?\s*(?:to )?(?:this|it|that|them|her|him|the (?:e-?mail|message|sender|letter))?\s*(?:e-?mail|message|letter)?\s*(?:in an? [\w-]+ (?:tone|way))?\s*/iu;
const LEAD =
  /^[,:;.\s–-]*(?:(?:and|to|that)\s+)?(?:saying|say|says|telling (?:them|her|him)|tell (?:them|her|him)|to (?:say|tell (?:them|her|him))|explaining|explain|stating|which says|that says|with the (?:words|message)|letting (?:them|her|him) know|let (?:them|her|him) know)(?: that)?[,:\s]+/iu;
const TO_HUMPHREY =
  /^(?:to )?(?:accept|decline|ask|tell|thank|confirm|mention|apologise|offer|suggest|propose|chase|request|remind|acknowledge|agree|refuse|reject|push back|invite|include|add|make|keep|use|be|point out|refer|note|promise|answer|reply|respond|sound)\b/iu;
const ONLY_STYLE =
  /^(?:to )?(?:accept|decline|agree|refuse|be (?:polite|brief|short|firm|warm|formal)|keep it (?:short|brief|polite)|(?:(?:accept|decline|agree|refuse|reply|respond|answer) )?(?:politely|briefly|firmly|warmly|formally|nicely|kindly)|please|short|brief|warm|formal|firm|polite|friendly|nicely|reply|respond|answer|holding|ing)[.!]?$/iu;

/**
 * The asker's own words for the reply, as a sentence to stand in it; an instruction to the writer stays in brackets for the asker to carry
 * out; undefined where the words only ask for a reply.
 */
export function ownWords(instruction: string): string | undefined {
  const trimmed = instruction.trim().replace(/\s+/gu, ' ');
  const asked = trimmed.replace(COMMAND, '');
  const said = asked.replace(LEAD, '').trim();
  if (said === '' || ONLY_STYLE.test(said) || !/\p{L}{2}/u.test(said)) return undefined;
  if (said === asked.trim() && TO_HUMPHREY.test(said)) return `[To write: ${said.replace(/[.]$/u, '')}]`;
  const sentence = said.charAt(0).toUpperCase() + said.slice(1);
  return /[.!?\]]$/u.test(sentence) ? sentence : `${sentence}.`;
}
