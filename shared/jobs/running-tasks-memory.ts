import { createHash } from 'node:crypto';
import type { Clock } from '../ports.ts';
import { ownerKey } from '../store/memory-store.ts';
import {
  isLast,
  keyReused,
  noSuchTask,
  shuttingDown,
  tooManyTasks,
  type NumberedEvent,
  type RunningTasks,
  type RunTask,
  type StartTask,
} from './running-tasks.ts';
import { createWakers } from './wakers.ts';

/** An hour: a client that lost its connection comes back within minutes. */
const EVENTS_LIFE_MILLISECONDS = 60 * 60 * 1000;
/** Nothing is lost here that would have to be looked for. */
const LOOK_MILLISECONDS = 60_000;

interface HeldTask {
  id: string;
  owner: string;
  events: NumberedEvent[];
  endedAt: number | undefined;
  cancel: AbortController;
  key: string | undefined;
  hash: string;
}

export interface MemoryTasksParts {
  run: RunTask;
  clock: Clock;
  newId: () => string;
  maxRunning: number;
}

/** Tasks of this process alone, without a database: gone when it ends. */
export function createMemoryTasks({ run, clock, newId, maxRunning }: MemoryTasksParts): RunningTasks {
  const tasks = new Map<string, HeldTask>();
  const wakers = createWakers();
  const atWork = new Set<Promise<void>>();
  const stopping = new AbortController();

  const owned = (id: string, asker: StartTask['asker']): HeldTask => {
    const task = tasks.get(id);
    if (task?.owner !== ownerKey(asker)) throw noSuchTask();
    return task;
  };
  const work = async (task: HeldTask, { request, asker }: StartTask): Promise<void> => {
    for await (const event of run({ id: task.id, request, asker }, task.cancel.signal)) {
      task.events.push({ number: task.events.length + 1, event });
      wakers.wake(task.id);
    }
    task.endedAt = clock.now().getTime();
  };
  const begin = (wanted: StartTask): string => {
    if (stopping.signal.aborted) throw shuttingDown();
    for (const [id, task] of tasks)
      if (task.endedAt !== undefined && task.endedAt + EVENTS_LIFE_MILLISECONDS <= clock.now().getTime()) tasks.delete(id);
    const owner = ownerKey(wanted.asker);
    const hash = createHash('sha256').update(JSON.stringify(wanted.request)).digest('hex');
    const known = [...tasks.values()].find((task) => task.owner === owner && task.key !== undefined && task.key === wanted.idempotencyKey);
    if (known && known.hash !== hash) throw keyReused();
    if (known) return known.id;
    if (atWork.size >= maxRunning) throw tooManyTasks();
    const task: HeldTask = {
      id: newId(),
      owner,
      events: [],
      endedAt: undefined,
      cancel: new AbortController(),
      key: wanted.idempotencyKey,
      hash,
    };
    tasks.set(task.id, task);
    const done = work(task, wanted);
    atWork.add(done);
    void done.finally(() => atWork.delete(done));
    return task.id;
  };
  async function* follow(task: HeldTask, after: number, signal: AbortSignal): AsyncGenerator<NumberedEvent> {
    const over = AbortSignal.any([signal, stopping.signal]);
    for (let next = Math.max(0, after); !over.aborted;) {
      const woken = wakers.wait(task.id, { milliseconds: LOOK_MILLISECONDS, signal: over });
      for (let event = task.events[next]; event !== undefined; event = task.events[next]) {
        next += 1;
        yield event;
        if (isLast(event.event)) return;
      }
      if (task.endedAt !== undefined) return;
      await woken;
    }
  }
  return {
    start: (wanted) => new Promise((resolve) => resolve(begin(wanted))),
    follow: (id, { asker, after = 0, signal }) => new Promise((resolve) => resolve(follow(owned(id, asker), after, signal))),
    cancel: (id, asker) =>
      new Promise((resolve) => {
        owned(id, asker).cancel.abort();
        resolve();
      }),
    erase: (id, asker) =>
      new Promise((resolve) => {
        owned(id, asker).cancel.abort();
        tasks.delete(id);
        wakers.wake(id);
        resolve();
      }),
    stop: async () => {
      for (const task of tasks.values()) task.cancel.abort();
      stopping.abort();
      await Promise.all(atWork);
    },
  };
}
