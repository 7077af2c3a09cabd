import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { HumphreyError } from '../../shared/errors.ts';
import type { Arrival, Inbox, TakenActivity } from '../../shared/ports.ts';

const MINUTE = 60 * 1000;
/** When the inbox's clock stands. */
export const inboxNow = new Date('2026-11-23T10:00:00Z');

export interface Handed {
  taken: TakenActivity;
  signal: AbortSignal;
  end: () => void;
}

/** What was handed over, each held until the test ends it. */
export interface Worker {
  handed: Handed[];
  payloads: () => string[];
  /** Resolves with the one of this payload, past or to come. */
  next: (payload: string) => Promise<Handed>;
}

/** Begins to work: each activity is held until the test ends it, or its signal does. */
export function startWorker(inbox: Inbox, atOnce = false): Worker {
  const handed: Handed[] = [];
  const watchers = new Set<() => void>();
  inbox.work(async (taken, signal) => {
    const gate = Promise.withResolvers<undefined>();
    const end = (): void => {
      gate.resolve(undefined);
    };
    handed.push({ taken, signal, end });
    for (const watcher of watchers) watcher();
    if (signal.aborted || atOnce) end();
    signal.addEventListener('abort', end);
    await gate.promise;
    if (signal.aborted && !(signal.reason instanceof HumphreyError)) throw signal.reason;
    await taken.outbox.end({ state: signal.aborted ? 'refused' : 'answered' });
  });
  return {
    handed,
    payloads: () => handed.map(({ taken }) => taken.payload),
    next: (payload) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = handed.find(({ taken }) => taken.payload === payload);
          if (!found) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      }),
  };
}

/** An activity of a department that no other test knows. */
export function createArrivals(): (payload: string, parts?: Partial<Arrival>) => Arrival {
  const tenantId = randomUUID();
  return (payload, parts = {}) => ({
    tenantId,
    channel: 'msteams',
    conversation: 'a:chat',
    activityId: payload,
    owner: 'priya',
    sentAt: inboxNow,
    lane: 'turns',
    payload,
    ...parts,
  });
}

/** What every Inbox does. `open` gives one whose clock stands at `inboxNow`, and which nobody works on yet. */
export function describeInbox(open: () => Promise<Inbox>): void {
  describe('an inbox', () => {
    test('hands over what it accepted, once, also when it is sent again', async () => {
      const inbox = await open();
      const arrival = createArrivals();
      const worker = startWorker(inbox, true);
      expect(await inbox.accept(arrival('Ŵyn 😀'))).toBe('accepted');
      expect(await inbox.accept(arrival('Ŵyn 😀'))).toBe('repeated');
      await inbox.idle();
      expect(await inbox.accept(arrival('Ŵyn 😀'))).toBe('repeated');
      await inbox.idle();
      expect(worker.payloads()).toEqual(['Ŵyn 😀']);
      expect(worker.handed[0]?.taken.verdict).toBeUndefined();
    });

    test('takes one of several that arrive at the same moment', async () => {
      const inbox = await open();
      const arrival = createArrivals();
      const worker = startWorker(inbox, true);
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => inbox.accept(arrival('one'))));
      await inbox.idle();
      expect(outcomes.sort()).toEqual(['accepted', ...Array.from({ length: 7 }, () => 'repeated')]);
      expect(worker.payloads()).toEqual(['one']);
    });

    test('knows the same id of another conversation, channel or department as another activity', async () => {
      const inbox = await open();
      const arrival = createArrivals();
      const worker = startWorker(inbox, true);
      const others = [{}, { conversation: 'a:other' }, { channel: 'webchat' }, { tenantId: randomUUID() }];
      for (const other of others) expect(await inbox.accept(arrival('same', other))).toBe('accepted');
      await inbox.idle();
      expect(worker.handed).toHaveLength(4);
    });

    test('takes ids of any length and alphabet', async () => {
      const inbox = await open();
      const arrival = createArrivals();
      const worker = startWorker(inbox, true);
      const long = '漢'.repeat(1_000);
      expect(await inbox.accept(arrival('long', { activityId: long, conversation: long, team: long }))).toBe('accepted');
      expect(await inbox.accept(arrival('long', { activityId: `${long}1`, conversation: long }))).toBe('accepted');
      await inbox.idle();
      expect(worker.handed).toHaveLength(2);
    });

    test('keeps the order within a conversation, and lets another go ahead', async () => {
      const inbox = await open();
      const arrival = createArrivals();
      const worker = startWorker(inbox);
      for (const payload of ['first', 'second', 'third']) await inbox.accept(arrival(payload));
      await inbox.accept(arrival('elsewhere', { conversation: 'a:other' }));
      const first = await worker.next('first');
      await worker.next('elsewhere');
      expect(worker.payloads().sort()).toEqual(['elsewhere', 'first']);
      first.end();
      (await worker.next('second')).end();
      (await worker.next('third')).end();
      (await worker.next('elsewhere')).end();
      await inbox.idle();
      expect(worker.payloads().filter((payload) => payload !== 'elsewhere')).toEqual(['first', 'second', 'third']);
    });

    test('lets what stands beside pass the turns of its conversation', async () => {
      const inbox = await open();
      const arrival = createArrivals();
      const worker = startWorker(inbox);
      await inbox.accept(arrival('turn'));
      await inbox.accept(arrival('cancel', { lane: 'beside' }));
      (await worker.next('cancel')).end();
      (await worker.next('turn')).end();
      await inbox.idle();
    });

    test('goes on with the conversation after work that broke', async () => {
      const inbox = await open();
      const arrival = createArrivals();
      let calls = 0;
      const done: string[] = [];
      inbox.work(async (taken) => {
        calls += 1;
        if (calls === 1) throw new Error('broken');
        await taken.outbox.end({ state: 'answered' });
        done.push(taken.payload);
      });
      await inbox.accept(arrival('bad'));
      await inbox.accept(arrival('next'));
      await inbox.idle();
      expect(done.at(-1)).toBe('next');
    });

    test('cancels only what the same person asked for', async () => {
      const inbox = await open();
      const arrival = createArrivals();
      const worker = startWorker(inbox);
      await inbox.accept(arrival('running'));
      const running = await worker.next('running');
      await inbox.accept(arrival('tom’s', { owner: 'tom' }));
      await inbox.accept(arrival('waiting'));
      await inbox.accept(arrival('elsewhere', { conversation: 'a:other' }));
      const elsewhere = await worker.next('elsewhere');
      const cancel = async (owner: string): Promise<unknown> => {
        await inbox.accept(arrival(`cancel of ${owner}`, { owner, lane: 'beside' }));
        const { taken, end } = await worker.next(`cancel of ${owner}`);
        const was = await inbox.cancel({ ...arrival(''), owner, by: taken.id });
        end();
        return was;
      };
      expect(await cancel('tom')).toEqual({ running: false, waiting: 1 });
      expect(running.signal.aborted).toBe(false);
      expect(await cancel('priya')).toEqual({ running: true, waiting: 1 });
      await new Promise<void>((resolve) => {
        if (running.signal.aborted) resolve();
        running.signal.addEventListener('abort', () => {
          resolve();
        });
      });
      expect(running.signal.reason).toMatchObject({ code: 'cancelled', message: 'Stopped, as you asked.' });
      expect(await cancel('nobody')).toEqual({ running: false, waiting: 0 });
      expect(elsewhere.signal.aborted).toBe(false);
      elsewhere.end();
      await inbox.idle();
      expect(worker.payloads()).not.toContain('waiting');
      expect(worker.payloads()).not.toContain('tom’s');
    });

    test('hands over what was sent too long ago only to be told, and once', async () => {
      const inbox = await open();
      const arrival = createArrivals();
      const worker = startWorker(inbox, true);
      const sentAt = (minutes: number): Date => new Date(inboxNow.getTime() - minutes * MINUTE);
      expect(await inbox.accept(arrival('in time', { sentAt: sentAt(10) }))).toBe('accepted');
      expect(await inbox.accept(arrival('late', { sentAt: new Date(sentAt(10).getTime() - 1) }))).toBe('stale');
      expect(['repeated', 'stale']).toContain(await inbox.accept(arrival('late', { sentAt: sentAt(11) })));
      await inbox.idle();
      expect(worker.handed.map(({ taken }) => [taken.payload, taken.verdict]).sort()).toEqual([
        ['in time', undefined],
        ['late', 'stale'],
      ]);
    });

    test('hands over the twenty-first of a conversation only to be told', async () => {
      const inbox = await open();
      const arrival = createArrivals();
      const worker = startWorker(inbox);
      await inbox.accept(arrival('running'));
      const running = await worker.next('running');
      const outcomes: string[] = [];
      for (let number = 1; number <= 21; number += 1) outcomes.push(await inbox.accept(arrival(`n${number}`)));
      expect(outcomes).toEqual([...Array.from({ length: 20 }, () => 'accepted'), 'full']);
      const refused = await worker.next('n21');
      expect(refused.taken.verdict).toBe('full');
      // Another conversation is not concerned.
      expect(await inbox.accept(arrival('elsewhere', { conversation: 'a:other' }))).toBe('accepted');
      const everything = [running, refused, await worker.next('elsewhere')];
      for (const each of everything) each.end();
      for (let number = 1; number <= 20; number += 1) (await worker.next(`n${number}`)).end();
      await inbox.idle();
    });
  });

  describe('a message that is changed after it was sent', () => {
    const later = new Date(inboxNow.getTime() + 1_000);

    test('is handed over in its new form, where it waits', async () => {
      const inbox = await open();
      const arrival = createArrivals();
      const worker = startWorker(inbox);
      await inbox.accept(arrival('running'));
      const running = await worker.next('running');
      await inbox.accept(arrival('waiting'));
      expect(await inbox.replace({ ...arrival('edited'), activityId: 'waiting', sentAt: later })).toBe(true);
      running.end();
      (await worker.next('edited')).end();
      await inbox.idle();
      expect(worker.payloads()).toEqual(['running', 'edited']);
    });

    test('is given up and handed over again, where it runs', async () => {
      const inbox = await open();
      const arrival = createArrivals();
      const worker = startWorker(inbox);
      await inbox.accept(arrival('first form'));
      const first = await worker.next('first form');
      expect(await inbox.replace({ ...arrival('second form'), activityId: 'first form', sentAt: later })).toBe(true);
      (await worker.next('second form')).end();
      expect(first.signal.aborted).toBe(true);
      expect(first.signal.reason).not.toBeInstanceOf(HumphreyError);
      await inbox.idle();
      expect(worker.payloads()).toEqual(['first form', 'second form']);
    });

    test('is left alone by an older form, by somebody else’s, and when it is answered or unknown', async () => {
      const inbox = await open();
      const arrival = createArrivals();
      const worker = startWorker(inbox);
      await inbox.accept(arrival('asked'));
      const asked = await worker.next('asked');
      expect(await inbox.replace({ ...arrival('edited'), activityId: 'asked', sentAt: inboxNow })).toBe(false);
      expect(await inbox.replace({ ...arrival('edited'), activityId: 'asked', sentAt: later, owner: 'tom' })).toBe(false);
      expect(await inbox.replace({ ...arrival('edited'), activityId: 'unknown', sentAt: later })).toBe(false);
      asked.end();
      await inbox.idle();
      expect(await inbox.replace({ ...arrival('edited'), activityId: 'asked', sentAt: later })).toBe(false);
      await inbox.idle();
      expect(worker.payloads()).toEqual(['asked']);
    });

    test('is dropped when it is deleted while it waits, stopped while it runs', async () => {
      const inbox = await open();
      const arrival = createArrivals();
      const worker = startWorker(inbox);
      await inbox.accept(arrival('running'));
      const running = await worker.next('running');
      await inbox.accept(arrival('waiting'));
      await inbox.withdraw({ ...arrival(''), activityId: 'waiting' });
      await inbox.withdraw({ ...arrival(''), activityId: 'unknown' });
      expect(running.signal.aborted).toBe(false);
      await inbox.withdraw({ ...arrival(''), activityId: 'running' });
      await inbox.idle();
      expect(running.signal.reason).toMatchObject({ code: 'cancelled', message: 'Stopped, because you changed or deleted your message.' });
      expect(worker.payloads()).toEqual(['running']);
    });
  });

  describe('a conversation that Humphrey was removed from', () => {
    test('ends without a word, whatever waits or runs there; others go on', async () => {
      const inbox = await open();
      const arrival = createArrivals();
      const worker = startWorker(inbox);
      await inbox.accept(arrival('running', { team: 'a team', conversation: 'a thread' }));
      const running = await worker.next('running');
      await inbox.accept(arrival('waiting', { team: 'a team', conversation: 'a thread' }));
      await inbox.accept(arrival('other thread', { team: 'a team', conversation: 'other thread' }));
      const other = await worker.next('other thread');
      await inbox.accept(arrival('elsewhere', { conversation: 'a:other' }));
      const elsewhere = await worker.next('elsewhere');
      await inbox.erase({ ...arrival(''), conversation: 'the channel', team: 'a team' });
      for (const { signal } of [running, other]) {
        await new Promise<void>((resolve) => {
          if (signal.aborted) resolve();
          signal.addEventListener('abort', () => {
            resolve();
          });
        });
        expect(signal.reason).not.toBeInstanceOf(HumphreyError);
      }
      expect(elsewhere.signal.aborted).toBe(false);
      elsewhere.end();
      await inbox.idle();
      expect(worker.payloads().sort()).toEqual(['elsewhere', 'other thread', 'running']);
    });
  });
}
