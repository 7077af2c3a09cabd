import { HumphreyError } from '../../shared/errors.ts';

/**
 * The queue and the memory of what was already received, of this process only: a restart forgets both. One small file,
 * so that a table can take its place. Weighed against p-queue: it knows neither keys nor one lane a conversation.
 */

/** Keys of activities already taken: Teams re-sends within minutes; at 100 messages a second this remembers three. About 4 MB. */
const MAX_REMEMBERED = 20_000;
/** Messages of one conversation that may wait: more than a person types while one answer is made. */
const MAX_WAITING_IN_CONVERSATION = 20;
/** Messages that may wait in all: each may hold 200 KB of text, so 200 MB at the very worst. */
const MAX_WAITING = 1_000;
/** Conversations worked on at once: each mostly waits for the model or for Teams. */
const MAX_RUNNING = 64;

export interface QueuedWork {
  /** Channel, conversation and activity: the same activity again is the same work. */
  key: string;
  conversation: string;
  /** Who asked: only they may cancel. */
  owner: string;
  /** Never throws; stops soon after the signal. */
  work: (signal: AbortSignal) => Promise<void>;
}

/** `full` and `stopping` ask the channel to send it again later; `conversation-full` is told to the person. */
export type Admission = 'queued' | 'repeated' | 'conversation-full' | 'full' | 'stopping';

export interface ConversationQueue {
  add(item: QueuedWork): Admission;
  /** Stops what this person's work is running here and drops what waits; says what there was. */
  cancel(conversation: string, owner: string): { running: boolean; waiting: number };
  /** Resolves when nothing runs or waits. */
  idle(): Promise<void>;
  /** Takes nothing more, aborts what runs, and waits for it. */
  stop(): Promise<void>;
}

interface Lane {
  waiting: QueuedWork[];
  running?: { owner: string; abort: AbortController };
}

/** One lane a conversation: in order within it, side by side between them. */
export function createConversationQueue(onBroken: (thrown: unknown) => void): ConversationQueue {
  const lanes = new Map<string, Lane>();
  const remembered = new Set<string>();
  let idleWaiters: (() => void)[] = [];
  let waiting = 0;
  let running = 0;
  let stopping = false;

  const remember = (key: string): void => {
    remembered.add(key);
    if (remembered.size <= MAX_REMEMBERED) return;
    const oldest = remembered.values().next();
    if (!oldest.done) remembered.delete(oldest.value);
  };

  const startNext = (): void => {
    for (const [conversation, lane] of lanes) {
      if (running >= MAX_RUNNING) return;
      if (lane.running) continue;
      const next = lane.waiting.shift();
      if (!next) {
        lanes.delete(conversation);
        continue;
      }
      waiting -= 1;
      running += 1;
      const abort = new AbortController();
      lane.running = { owner: next.owner, abort };
      void next
        .work(abort.signal)
        .catch(onBroken)
        .finally(() => {
          running -= 1;
          delete lane.running;
          startNext();
        });
    }
    if (running === 0 && waiting === 0) {
      const waiters = idleWaiters;
      idleWaiters = [];
      for (const waiter of waiters) waiter();
    }
  };

  const idle = (): Promise<void> =>
    running === 0 && waiting === 0 ? Promise.resolve() : new Promise((resolve) => idleWaiters.push(resolve));

  return {
    add: (item) => {
      if (stopping) return 'stopping';
      if (remembered.has(item.key)) return 'repeated';
      if (waiting >= MAX_WAITING) return 'full';
      const lane = lanes.get(item.conversation) ?? { waiting: [] };
      remember(item.key);
      if (lane.waiting.length >= MAX_WAITING_IN_CONVERSATION) return 'conversation-full';
      lanes.set(item.conversation, lane);
      lane.waiting.push(item);
      waiting += 1;
      startNext();
      return 'queued';
    },
    cancel: (conversation, owner) => {
      const lane = lanes.get(conversation);
      if (!lane) return { running: false, waiting: 0 };
      const kept = lane.waiting.filter((item) => item.owner !== owner);
      const dropped = lane.waiting.length - kept.length;
      lane.waiting = kept;
      waiting -= dropped;
      const own = lane.running?.owner === owner;
      if (own) lane.running?.abort.abort(new HumphreyError('cancelled', 'Stopped, as you asked.'));
      return { running: own, waiting: dropped };
    },
    idle,
    stop: async () => {
      stopping = true;
      for (const lane of lanes.values()) {
        waiting -= lane.waiting.length;
        lane.waiting = [];
        lane.running?.abort.abort(new HumphreyError('shutting-down', 'Humphrey is being restarted. Ask again in a minute.'));
      }
      await idle();
    },
  };
}
