import type {
  Acceptance,
  Arrival,
  Clock,
  ConversationPlace,
  HandleActivity,
  Inbox,
  Outbox,
  Placeholder,
  TakenActivity,
} from '../../shared/ports.ts';
import { HumphreyError } from '../../shared/errors.ts';
import { STALE_MILLISECONDS } from '../../shared/jobs/inbox-limits.ts';
import { createConversationQueue } from './conversation-queue.ts';

/** An activity that was taken in: its payload may be edited until it has ended. */
interface Kept {
  arrival: Arrival;
  verdict: TakenActivity['verdict'];
  placeholder: Placeholder;
  state: 'waiting' | 'running' | 'ended';
  /** Why it is not to be worked on, or not any more. */
  dropped: boolean;
  /** Of the run under way. */
  abort: AbortController;
}

/** Its first form is no longer wanted: nothing is told. */
class Replaced extends Error {}

/** The inbox of one process: a restart forgets what waits. Nothing is tried again, because nobody would be left to do it. */
export function createMemoryInbox(clock: Clock, onBroken: (thrown: unknown) => void): Inbox {
  const queue = createConversationQueue(onBroken);
  const unfinished = new Map<string, Kept>();
  let handle: HandleActivity = () => Promise.reject(new Error('Nobody works on this inbox.'));

  const run = async (id: string, kept: Kept, outer: AbortSignal): Promise<void> => {
    kept.state = 'running';
    try {
      while (!isDropped(kept)) {
        kept.abort = new AbortController();
        const signal = AbortSignal.any([outer, kept.abort.signal]);
        try {
          const taken = { id, payload: kept.arrival.payload, verdict: kept.verdict, outbox: openOutbox(kept) };
          await handle(taken, signal);
          return;
        } catch (thrown) {
          if (isDropped(kept)) return;
          if (!(kept.abort.signal.reason instanceof Replaced)) throw thrown;
        }
      }
    } finally {
      kept.state = 'ended';
      unfinished.delete(id);
    }
  };

  const add = (arrival: Arrival, verdict: TakenActivity['verdict']): Acceptance => {
    const id = idOf(arrival);
    const kept: Kept = { arrival, verdict, placeholder: { state: 'none' }, state: 'waiting', dropped: false, abort: new AbortController() };
    const beside = arrival.lane === 'beside' || verdict !== undefined;
    const outcome = queue.add({
      // What is told about a conversation that is full has the activity's place taken already.
      key: verdict === 'full' ? `${id}#full` : id,
      conversation: laneOf(arrival, beside ? 'beside' : 'turns'),
      owner: arrival.owner,
      work: (signal) => run(id, kept, signal),
    });
    switch (outcome) {
      case 'stopping':
      case 'full':
        return 'busy';
      case 'repeated':
        return 'repeated';
      case 'conversation-full':
        return verdict === undefined ? add(arrival, 'full') : 'full';
      case 'queued':
        if (kept.state !== 'ended') unfinished.set(id, kept);
        return verdict === 'stale' || verdict === 'full' ? verdict : 'accepted';
    }
  };

  const drop = (kept: Kept, reason: Error): void => {
    kept.dropped = true;
    kept.abort.abort(reason);
  };

  return {
    accept: (arrival) => {
      const stale = arrival.sentAt.getTime() < clock.now().getTime() - STALE_MILLISECONDS;
      return Promise.resolve(add(arrival, stale ? 'stale' : undefined));
    },
    replace: (arrival) => {
      const kept = unfinished.get(idOf(arrival));
      if (!kept || kept.state === 'ended' || kept.dropped || kept.arrival.owner !== arrival.owner || kept.arrival.sentAt >= arrival.sentAt)
        return Promise.resolve(false);
      kept.arrival = arrival;
      kept.abort.abort(new Replaced());
      return Promise.resolve(true);
    },
    withdraw: (activity) => {
      const kept = unfinished.get(idOf(activity));
      if (kept) drop(kept, new HumphreyError('cancelled', 'Stopped, because you changed or deleted your message.'));
      return Promise.resolve();
    },
    cancel: ({ owner, ...place }) => {
      for (const [id, { arrival, state }] of unfinished)
        if (state === 'waiting' && arrival.lane === 'turns' && arrival.owner === owner && isAt(arrival, place)) unfinished.delete(id);
      return Promise.resolve(queue.cancel(laneOf(place, 'turns'), owner));
    },
    erase: (place) => {
      for (const kept of unfinished.values()) if (isAt(kept.arrival, place)) drop(kept, new Error('The conversation was erased.'));
      return Promise.resolve();
    },
    work: (next) => {
      handle = next;
    },
    isReady: () => Promise.resolve(true),
    idle: () => queue.idle(),
    stop: () => queue.stop(),
  };
}

/** A function, or the compiler takes the flag for what it was before the work. */
function isDropped(kept: Kept): boolean {
  return kept.dropped;
}

function openOutbox(kept: Kept): Outbox {
  return {
    durable: false,
    answer: undefined,
    orphans: 0,
    get placeholder() {
      return kept.placeholder;
    },
    keepPlaceholder: (next) => {
      kept.placeholder = next.state === 'posting' ? { state: 'unknown' } : next;
      return Promise.resolve();
    },
    keepAnswer: () => Promise.resolve(),
    end: () => {
      kept.state = 'ended';
      return Promise.resolve();
    },
    postpone: () => Promise.resolve(false),
  };
}

function idOf({ tenantId, channel, conversation, activityId }: ConversationPlace & { activityId: string }): string {
  return JSON.stringify([tenantId, channel, conversation, activityId]);
}

function laneOf({ tenantId, channel, conversation }: ConversationPlace, lane: Arrival['lane']): string {
  return JSON.stringify([tenantId, channel, conversation, lane]);
}

function isAt(arrival: Arrival, place: ConversationPlace): boolean {
  if (arrival.tenantId !== place.tenantId || arrival.channel !== place.channel) return false;
  return arrival.conversation === place.conversation || (place.team !== undefined && arrival.team === place.team);
}
