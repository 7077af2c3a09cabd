import { describe, expect, test } from '@jest/globals';
import { createConversationQueue, type QueuedWork } from '../../bot/teams/conversation-queue.ts';

/** Work that waits until it is told to end. */
function heldWork(parts: Partial<QueuedWork> & { key: string }): QueuedWork & { end: () => void; signal: () => AbortSignal | undefined } {
  let end: () => void = () => undefined;
  let given: AbortSignal | undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    conversation: 'one',
    owner: 'priya',
    ...parts,
    work: async (signal) => {
      given = signal;
      signal.addEventListener('abort', () => {
        end();
      });
      await ended;
    },
    end: () => {
      end();
    },
    signal: () => given,
  };
}

function note(order: string[], key: string, conversation = 'one'): QueuedWork {
  return {
    key,
    conversation,
    owner: 'priya',
    work: () => {
      order.push(key);
      return Promise.resolve();
    },
  };
}

const noFault = (thrown: unknown): void => {
  throw thrown;
};

describe('the conversation queue', () => {
  test('keeps the order within a conversation and runs conversations side by side', async () => {
    const queue = createConversationQueue(noFault);
    const order: string[] = [];
    const held = heldWork({ key: 'held' });
    queue.add(held);
    queue.add(note(order, 'second'));
    queue.add(note(order, 'third'));
    queue.add(note(order, 'elsewhere', 'two'));
    expect(order).toEqual(['elsewhere']);
    held.end();
    await queue.idle();
    expect(order).toEqual(['elsewhere', 'second', 'third']);
  });

  test('takes the same activity once, also after it is done', async () => {
    const queue = createConversationQueue(noFault);
    const order: string[] = [];
    expect(queue.add(note(order, 'a'))).toBe('queued');
    expect(queue.add(note(order, 'a'))).toBe('repeated');
    await queue.idle();
    expect(queue.add(note(order, 'a'))).toBe('repeated');
    expect(order).toEqual(['a']);
  });

  test('goes on after work that broke, and reports it', async () => {
    const broken: unknown[] = [];
    const queue = createConversationQueue((thrown) => broken.push(thrown));
    const order: string[] = [];
    queue.add({ ...note(order, 'bad'), work: () => Promise.reject(new Error('broken')) });
    queue.add(note(order, 'next'));
    await queue.idle();
    expect(order).toEqual(['next']);
    expect(broken).toEqual([new Error('broken')]);
  });

  test('cancels only what the same person asked for', async () => {
    const queue = createConversationQueue(noFault);
    const order: string[] = [];
    const held = heldWork({ key: 'held' });
    queue.add(held);
    queue.add({ ...note(order, 'tom’s'), owner: 'tom' });
    queue.add(note(order, 'priya’s'));
    expect(queue.cancel('one', 'tom')).toEqual({ running: false, waiting: 1 });
    expect(held.signal()?.aborted).toBe(false);
    expect(queue.cancel('one', 'priya')).toEqual({ running: true, waiting: 1 });
    expect(queue.cancel('two', 'priya')).toEqual({ running: false, waiting: 0 });
    await queue.idle();
    expect(order).toEqual([]);
  });

  test('tells a conversation that has twenty waiting, and forgets nothing of what it took', async () => {
    const queue = createConversationQueue(noFault);
    const order: string[] = [];
    const held = heldWork({ key: 'held' });
    queue.add(held);
    const outcomes = Array.from({ length: 22 }, (_, index) => queue.add(note(order, `n${index}`)));
    expect(outcomes.filter((outcome) => outcome === 'queued')).toHaveLength(20);
    expect(outcomes.slice(20)).toEqual(['conversation-full', 'conversation-full']);
    held.end();
    await queue.idle();
    expect(order).toHaveLength(20);
  });

  test('asks the channel to come back when a thousand wait in all', async () => {
    const queue = createConversationQueue(noFault);
    const held = Array.from({ length: 64 }, (_, index) => heldWork({ key: `held${index}`, conversation: `c${index}` }));
    for (const work of held) queue.add(work);
    const outcomes = Array.from({ length: 1_001 }, (_, index) => queue.add(note([], `n${index}`, `d${index}`)));
    expect(outcomes.slice(0, 1_000).every((outcome) => outcome === 'queued')).toBe(true);
    expect(outcomes.at(-1)).toBe('full');
    // What was refused was not remembered: the channel may send it again.
    for (const work of held) work.end();
    await queue.idle();
    expect(queue.add(note([], 'n1000', 'd1000'))).toBe('queued');
  });

  test('stops: aborts what runs, drops what waits, takes nothing more', async () => {
    const queue = createConversationQueue(noFault);
    const order: string[] = [];
    const held = heldWork({ key: 'held' });
    queue.add(held);
    queue.add(note(order, 'waiting'));
    await queue.stop();
    expect(held.signal()?.aborted).toBe(true);
    expect(order).toEqual([]);
    expect(queue.add(note(order, 'late'))).toBe('stopping');
  });
});
