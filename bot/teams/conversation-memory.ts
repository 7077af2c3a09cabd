import type { Source, TaskRequest } from '../../shared/contract/task-request.ts';
import type { Asker, Clock, LastAnswer } from '../../shared/ports.ts';

/** A day: as long as the core keeps the result that "shorter" refers to. */
const LAST_LIFE_MILLISECONDS = 24 * 60 * 60 * 1000;
/** A choice that nobody made within half an hour is asked again. */
const PENDING_LIFE_MILLISECONDS = 30 * 60 * 1000;
/** The two activities of one installation come within a second of each other. */
const GREETING_MILLISECONDS = 10_000;
/** Characters of sources kept in all (base64 takes one byte each): four of the largest files. */
const MAX_SOURCE_CHARACTERS = 256 * 1024 * 1024;
/** People in conversations kept: an id and the names of a few sources each. */
const MAX_ENTRIES = 5_000;

interface Kept<Value> {
  value: Value;
  until: number;
  characters: number;
}

/** What a conversation remembers, by person: in this process's memory only, for a day, within the limits above. */
export interface ConversationMemory {
  putLast(conversation: string, asker: Asker, last: LastAnswer): void;
  last(conversation: string, asker: Asker): LastAnswer | undefined;
  /** Keeps a request until the person has chosen its task. */
  putPending(pending: { id: string; conversation: string; asker: Asker; request: TaskRequest }): void;
  /** Hands the request over once; undefined when it is gone, or belongs to somebody or somewhere else. */
  takePending(id: string, conversation: string, asker: Asker): TaskRequest | undefined;
  /** False when this conversation was greeted a moment ago: an installation arrives as two activities. */
  shouldGreet(conversation: string): boolean;
  /** Everything of the conversation. */
  erase(conversation: string): void;
}

export function createConversationMemory(clock: Clock): ConversationMemory {
  const lasts = new Map<string, Kept<LastAnswer>>();
  const pendings = new Map<string, Kept<{ key: string; request: TaskRequest }>>();
  const greeted = new Map<string, number>();
  const now = (): number => clock.now().getTime();
  const trim = (): void => {
    dropExpired(lasts, now());
    dropExpired(pendings, now());
    dropOldest(lasts, pendings);
  };
  return {
    putLast: (conversation, asker, last) => {
      const key = keyOf(conversation, asker);
      // Deleted first, so that the newest stands at the end.
      lasts.delete(key);
      lasts.set(key, { value: last, until: now() + LAST_LIFE_MILLISECONDS, characters: sourceCharacters(last.sources) });
      trim();
    },
    last: (conversation, asker) => alive(lasts.get(keyOf(conversation, asker)), now()),
    putPending: ({ id, conversation, asker, request }) => {
      pendings.set(id, {
        value: { key: keyOf(conversation, asker), request },
        until: now() + PENDING_LIFE_MILLISECONDS,
        characters: sourceCharacters(request.sources),
      });
      trim();
    },
    takePending: (id, conversation, asker) => {
      const kept = alive(pendings.get(id), now());
      if (kept?.key !== keyOf(conversation, asker)) return undefined;
      pendings.delete(id);
      return kept.request;
    },
    shouldGreet: (conversation) => {
      const before = greeted.get(conversation);
      if (before !== undefined && now() - before < GREETING_MILLISECONDS) return false;
      greeted.delete(conversation);
      greeted.set(conversation, now());
      const [oldest] = greeted.keys();
      if (greeted.size > MAX_ENTRIES && oldest !== undefined) greeted.delete(oldest);
      return true;
    },
    erase: (conversation) => {
      const here = (key: string): boolean => key.startsWith(`[${JSON.stringify(conversation)},`);
      for (const key of lasts.keys()) if (here(key)) lasts.delete(key);
      for (const [id, { value }] of pendings) if (here(value.key)) pendings.delete(id);
      greeted.delete(conversation);
    },
  };
}

function keyOf(conversation: string, asker: Asker): string {
  return JSON.stringify([conversation, asker.tenantId, asker.objectId]);
}

function alive<Value>(kept: Kept<Value> | undefined, now: number): Value | undefined {
  return kept && kept.until > now ? kept.value : undefined;
}

function dropExpired(all: Map<string, Kept<unknown>>, now: number): void {
  for (const [key, kept] of all) if (kept.until <= now) all.delete(key);
}

/** Old sources go first (a result's own change needs none), then old entries. */
function dropOldest(lasts: Map<string, Kept<LastAnswer>>, pendings: Map<string, Kept<unknown>>): void {
  let held = [...lasts.values(), ...pendings.values()].reduce((sum, kept) => sum + kept.characters, 0);
  for (const kept of lasts.values()) {
    if (held <= MAX_SOURCE_CHARACTERS) break;
    held -= kept.characters;
    kept.characters = 0;
    kept.value = { ...kept.value, sources: [] };
  }
  for (const [id, kept] of pendings) {
    if (held <= MAX_SOURCE_CHARACTERS && pendings.size <= MAX_ENTRIES) break;
    held -= kept.characters;
    pendings.delete(id);
  }
  for (const key of [...lasts.keys()].slice(0, Math.max(0, lasts.size - MAX_ENTRIES))) lasts.delete(key);
}

function sourceCharacters(sources: Source[]): number {
  return sources.reduce((sum, source) => sum + sizeOf(source), 0);
}

function sizeOf(source: Source): number {
  switch (source.kind) {
    case 'text':
      return source.text.length;
    case 'document':
      return source.base64?.length ?? 0;
    case 'thread':
      return source.messages.reduce((sum, message) => sum + (message.html?.length ?? 0) + (message.text?.length ?? 0), 0);
    case 'email':
      return (
        (source.html?.length ?? 0) +
        (source.text?.length ?? 0) +
        (source.attachments ?? []).reduce((sum, attachment) => sum + (attachment.base64?.length ?? 0), 0)
      );
  }
}
