import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import type { TaskEvent } from '../../shared/contract/task-event.ts';
import type { TaskRequest } from '../../shared/contract/task-request.ts';
import type { NumberedEvent, RunningTasks, RunTask } from '../../shared/jobs/running-tasks.ts';
import { createSampleResult } from '../fakes/sample-result.ts';
import { createPeople } from './people.ts';

export interface TasksUnderTest {
  tasks: RunningTasks;
  /** Ends what runs and closes what was opened. */
  close: () => Promise<void>;
}

const request: TaskRequest = { task: 'summarise', instruction: 'Crynhowch – 😀', sources: [{ kind: 'text', text: 'Ŵyn i’r ddôl.' }] };
const live = new AbortController().signal;

/** A run that says what it was given, waits to be let go, and ends in a result, or in an error when it was cancelled. */
export function createGatedRun(): { run: RunTask; letGo: () => void; started: () => number; seen: Parameters<RunTask>[0][] } {
  const gate = Promise.withResolvers<undefined>();
  const seen: Parameters<RunTask>[0][] = [];
  return {
    seen,
    started: () => seen.length,
    letGo: () => {
      gate.resolve(undefined);
    },
    run: async function* (task, signal): AsyncGenerator<TaskEvent> {
      seen.push(task);
      yield { type: 'accepted', id: task.id };
      yield { type: 'progress', progress: { step: 'reading' } };
      if (!signal.aborted) await Promise.race([gate.promise, once(signal, 'abort')]);
      if (signal.aborted) yield { type: 'error', error: { code: 'cancelled', message: 'The task was cancelled.' } };
      else yield { type: 'result', result: createSampleResult(task.id) };
    },
  };
}

export async function allEvents(events: Promise<AsyncIterable<NumberedEvent>>): Promise<string[]> {
  const seen: string[] = [];
  for await (const { number, event } of await events)
    seen.push(`${number} ${event.type}${event.type === 'error' ? ` ${event.error.code}` : ''}`);
  return seen;
}

/** What every RunningTasks does. `open` gives one that takes five tasks at most until one has ended. */
export function describeRunningTasks(open: (run: RunTask) => Promise<TasksUnderTest>): void {
  const inTasks = async (work: (tasks: RunningTasks, gated: ReturnType<typeof createGatedRun>) => Promise<void>): Promise<void> => {
    const gated = createGatedRun();
    const { tasks, close } = await open(gated.run);
    try {
      await work(tasks, gated);
    } finally {
      gated.letGo();
      await close();
    }
  };
  const { sam, alex, samElsewhere } = createPeople();

  describe('a task', () => {
    test('is done with the request and for the person that it was asked with and by', () =>
      inTasks(async (tasks, gated) => {
        const id = await tasks.start({ request, asker: { ...sam, name: 'Sam' } });
        gated.letGo();
        expect(await allEvents(tasks.follow(id, { asker: sam, signal: live }))).toEqual(['1 accepted', '2 progress', '3 result']);
        expect(gated.seen).toEqual([{ id, request, asker: { ...sam, name: 'Sam' } }]);
      }));

    test('gives its events to everyone who follows, while it runs and afterwards, from the start or after a number', () =>
      inTasks(async (tasks, gated) => {
        const id = await tasks.start({ request, asker: sam });
        const following = [
          allEvents(tasks.follow(id, { asker: sam, signal: live })),
          allEvents(tasks.follow(id, { asker: sam, after: 1, signal: live })),
        ];
        gated.letGo();
        expect(await Promise.all(following)).toEqual([
          ['1 accepted', '2 progress', '3 result'],
          ['2 progress', '3 result'],
        ]);
        expect(await allEvents(tasks.follow(id, { asker: sam, after: 2, signal: live }))).toEqual(['3 result']);
        expect(await allEvents(tasks.follow(id, { asker: sam, after: 3, signal: live }))).toEqual([]);
      }));

    test('stops being followed when the client is gone, and goes on', () =>
      inTasks(async (tasks, gated) => {
        const id = await tasks.start({ request, asker: sam });
        const gone = new AbortController();
        const following = allEvents(tasks.follow(id, { asker: sam, signal: gone.signal }));
        gone.abort();
        await following;
        gated.letGo();
        expect((await allEvents(tasks.follow(id, { asker: sam, signal: live }))).at(-1)).toBe('3 result');
      }));

    test('is not found by anybody else', () =>
      inTasks(async (tasks) => {
        const id = await tasks.start({ request, asker: sam });
        for (const asker of [alex, samElsewhere]) {
          await expect(tasks.follow(id, { asker, signal: live })).rejects.toMatchObject({ code: 'not-found' });
          await expect(tasks.cancel(id, asker)).rejects.toMatchObject({ code: 'not-found' });
          await expect(tasks.erase(id, asker)).rejects.toMatchObject({ code: 'not-found' });
        }
      }));

    test.each(['none', '', "a' or '1'='1", '../a', 'a\u0000', 'x'.repeat(5_000)])('that nobody asked for is not found (%#)', (id) =>
      inTasks(async (tasks) => {
        await expect(tasks.follow(id, { asker: sam, signal: live })).rejects.toMatchObject({ code: 'not-found' });
      }),
    );

    test('ends in the error "cancelled" when it is cancelled, and once only', () =>
      inTasks(async (tasks) => {
        const id = await tasks.start({ request, asker: sam });
        const following = allEvents(tasks.follow(id, { asker: sam, signal: live }));
        await tasks.cancel(id, sam);
        expect((await following).at(-1)).toMatch(/error cancelled$/u);
        await tasks.cancel(id, sam);
        expect(await allEvents(tasks.follow(id, { asker: sam, signal: live }))).toEqual(await following);
      }));

    test('is gone when it is erased, whether it runs or has ended', () =>
      inTasks(async (tasks, gated) => {
        const running = await tasks.start({ request, asker: sam });
        const following = allEvents(tasks.follow(running, { asker: sam, signal: live }));
        await tasks.erase(running, sam);
        await following;
        await expect(tasks.follow(running, { asker: sam, signal: live })).rejects.toMatchObject({ code: 'not-found' });
        gated.letGo();
        const ended = await tasks.start({ request, asker: sam });
        await allEvents(tasks.follow(ended, { asker: sam, signal: live }));
        await tasks.erase(ended, sam);
        await expect(tasks.follow(ended, { asker: sam, signal: live })).rejects.toMatchObject({ code: 'not-found' });
      }));
  });

  describe('an idempotency key', () => {
    test('makes repeats the same task, however close, and another request with it an error', () =>
      inTasks(async (tasks, gated) => {
        const same = { request, asker: sam, idempotencyKey: 'k' };
        const ids = await Promise.all([tasks.start(same), tasks.start(same), tasks.start(same)]);
        expect(new Set(ids).size).toBe(1);
        await expect(tasks.start({ ...same, request: { ...request, instruction: 'other' } })).rejects.toMatchObject({ code: 'key-reused' });
        gated.letGo();
        await allEvents(tasks.follow(ids[0], { asker: sam, signal: live }));
        expect(await tasks.start(same)).toBe(ids[0]);
        expect(gated.started()).toBe(1);
      }));

    test('of one person is nothing to another', () =>
      inTasks(async (tasks) => {
        const ids = await Promise.all([sam, alex, samElsewhere].map((asker) => tasks.start({ request, asker, idempotencyKey: 'k' })));
        expect(new Set(ids).size).toBe(3);
      }));
  });

  test('more tasks than there is room for are asked to wait', () =>
    inTasks(async (tasks) => {
      const refused: unknown[] = [];
      for (let count = 0; count < 6 && refused.length === 0; count += 1)
        await tasks.start({ request, asker: sam }).catch((error: unknown) => refused.push(error));
      expect(refused).toMatchObject([{ code: 'rate-limited', details: { retryAfterSeconds: 30 } }]);
    }));

  test('after a stop nothing new is taken, and nobody follows any more', () =>
    inTasks(async (tasks) => {
      const id = await tasks.start({ request, asker: sam });
      const following = allEvents(tasks.follow(id, { asker: sam, signal: live }));
      await tasks.stop();
      await following;
      await expect(tasks.start({ request, asker: sam })).rejects.toMatchObject({ code: 'shutting-down' });
    }));
}
