import { createHash } from 'node:crypto';
import type { ConversationPlace } from '../ports.ts';

/** Ids of channels may be a thousand characters long; an index holds their hash. */
export function hashOf(...parts: string[]): string {
  return hashText(JSON.stringify(parts));
}

export function hashText(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** One name for a conversation, wherever something of it is kept. */
export function conversationKey({ channel, conversation }: Pick<ConversationPlace, 'channel' | 'conversation'>): string {
  return hashOf(channel, conversation);
}

/** '' where there is no team. */
export function teamKey({ channel, team }: Pick<ConversationPlace, 'channel' | 'team'>): string {
  return team === undefined ? '' : hashOf(channel, team);
}
