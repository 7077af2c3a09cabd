import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import type { TaskEvent } from '../../shared/contract/task-event.ts';
import type { TaskRequest } from '../../shared/contract/task-request.ts';
import { createRunningTasks, MAX_RUNNING_TASKS, type NumberedEvent } from '../../shared/jobs/running-tasks.ts';
import { asker, otherAsker } from '../fakes/fake-ports.ts';

const request: TaskRequest = { task: 'summarise', sources: [] };
const clock = { now: () => new Date('2026-11-23T09:00:00Z') };
const live = new AbortController().signal;

/** A run that says its id, one progress, waits to be let go, and ends in an error event (cancelled when it was). */
function createGatedRun(): {
  run: (request: TaskRequest, asker: unknown, signal: AbortSignal) => AsyncGenerator<TaskEvent>;
  letGo: () => void;
  started: () => number;
} {
  const gate = Promise.withResolvers<undefined>();
  let ids = 0;
  return {
    started: () => ids,
    letGo: () => {
      gate.resolve(undefined);
    },
    run: async function* (_request, _asker, signal) {
      ids += 1;
      yield { type: 'accepted', id: `task-${ids}` };
      yield { type: 'progress', progress: { step: 'reading' } };
      if (!signal.aborted) await Promise.race([gate.promise, once(signal, 'abort')]);
      yield { type: 'error', error: { code: signal.aborted ? 'cancelled' : 'empty-source', message: 'ended' } };
    },
  };
}

async function all(events: AsyncIterable<NumberedEvent>): Promise<string[]> {
  const seen: string[] = [];
  for await (const { number, event } of events) seen.push(`${number} ${event.type}`);
  return seen;
}

describe('a running task', () => {
  test('gives its events to everyone who follows, from the start or after a number', async () => {
    const gated = createGatedRun();
    const tasks = createRunningTasks(gated.run, clock);
    const id = await tasks.start({ request, asker });
    const first = all(tasks.follow(id, { asker, signal: live }));
    gated.letGo();
    expect(await first).toEqual(['1 accepted', '2 progress', '3 error']);
    expect(await all(tasks.follow(id, { asker, after: 2, signal: live }))).toEqual(['3 error']);
  });

  test('is not found by anybody else', async () => {
    const gated = createGatedRun();
    const tasks = createRunningTasks(gated.run, clock);
    const id = await tasks.start({ request, asker });
    expect(() => tasks.follow(id, { asker: otherAsker, signal: live })).toThrow(/no such task/u);
    expect(() => tasks.cancel(id, otherAsker)).toThrow(/no such task/u);
    expect(() => tasks.erase(id, otherAsker)).toThrow(/no such task/u);
    gated.letGo();
  });

  test('ends when it is cancelled', async () => {
    const tasks = createRunningTasks(createGatedRun().run, clock);
    const id = await tasks.start({ request, asker });
    tasks.cancel(id, asker);
    await all(tasks.follow(id, { asker, signal: live }));
    expect(tasks.state(id, asker)).toMatchObject({ finished: true, last: { type: 'error', error: { code: 'cancelled' } } });
  });

  test('is gone when it is erased', async () => {
    const tasks = createRunningTasks(createGatedRun().run, clock);
    const id = await tasks.start({ request, asker });
    tasks.erase(id, asker);
    expect(() => tasks.state(id, asker)).toThrow(/no such task/u);
  });
});

describe('an idempotency key', () => {
  test('makes a repeat the same task, and another request with it an error', async () => {
    const gated = createGatedRun();
    const tasks = createRunningTasks(gated.run, clock);
    const [first, second] = await Promise.all([
      tasks.start({ request, asker, idempotencyKey: 'k' }),
      tasks.start({ request, asker, idempotencyKey: 'k' }),
    ]);
    expect(second).toBe(first);
    expect(gated.started()).toBe(1);
    await expect(tasks.start({ request: { ...request, instruction: 'other' }, asker, idempotencyKey: 'k' })).rejects.toMatchObject({
      code: 'key-reused',
    });
    await expect(tasks.start({ request, asker: otherAsker, idempotencyKey: 'k' })).resolves.not.toBe(first);
    gated.letGo();
  });
});

test('more tasks than the process can hold are asked to wait', async () => {
  const gated = createGatedRun();
  const tasks = createRunningTasks(gated.run, clock);
  await Promise.all(Array.from({ length: MAX_RUNNING_TASKS }, () => tasks.start({ request, asker })));
  await expect(tasks.start({ request, asker })).rejects.toMatchObject({ code: 'rate-limited', details: { retryAfterSeconds: 30 } });
  gated.letGo();
});

test('stopping cancels what runs and takes nothing new', async () => {
  const tasks = createRunningTasks(createGatedRun().run, clock);
  const id = await tasks.start({ request, asker });
  await tasks.stop();
  expect(tasks.state(id, asker).finished).toBe(true);
  await expect(tasks.start({ request, asker })).rejects.toMatchObject({ code: 'shutting-down' });
});
