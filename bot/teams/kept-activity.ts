import type { ConversationReference } from 'botbuilder';
import { z } from 'zod';
import { HumphreyError } from '../../shared/errors.ts';
import type { ConversationPlace } from '../../shared/ports.ts';
import type { Turn } from './turn.ts';

/** What is kept of an activity, sealed, until it is answered: by whichever process, later. */
export interface KeptActivity {
  /** Where and to whom to answer, as the SDK wants it. */
  reference: Partial<ConversationReference>;
  place: ConversationPlace;
  /** `refused`: only this sentence is kept of it. */
  work: { kind: 'turn'; turn: Exclude<Turn, { kind: 'dropped' }> } | { kind: 'refused'; text: string };
}

/** Raised when an older process could not read what a newer one keeps, or the other way round. */
const VERSION = 1;
const Envelope = z.looseObject({ version: z.literal(VERSION), activity: z.looseObject({}) });

export function writeKept(activity: KeptActivity): string {
  return JSON.stringify({ version: VERSION, activity });
}

/** What `writeKept` wrote: the seal that it was under opens for nothing else, so only its version is checked. */
export function readKept(payload: string): KeptActivity {
  const envelope = Envelope.safeParse(JSON.parse(payload));
  if (!envelope.success) throw new HumphreyError('internal-error', 'The activity was kept by another version of Humphrey.');
  const activity: unknown = envelope.data.activity;
  return activity as KeptActivity;
}

/** The key under which a conversation's follow-ups are kept. */
export function conversationName({ channel, conversation }: Pick<ConversationPlace, 'channel' | 'conversation'>): string {
  return JSON.stringify([channel, conversation]);
}
