import { createHash } from 'node:crypto';
import type { TaskEvent } from '../contract/task-event.ts';
import type { TaskRequest } from '../contract/task-request.ts';
import { HumphreyError } from '../errors.ts';
import type { Asker, Clock } from '../ports.ts';
import { ownerKey } from '../store/memory-store.ts';

/** Tasks at work at once in one process: each may hold 50 MB of sources. */
export const MAX_RUNNING_TASKS = 40;
/** An hour: a client that lost its connection comes back within minutes. */
const EVENTS_LIFE_MILLISECONDS = 60 * 60 * 1000;

/** An event with its number from 1, for Last-Event-ID. */
export interface NumberedEvent {
  number: number;
  event: TaskEvent;
}

interface RunningTask {
  id: string;
  owner: string;
  events: NumberedEvent[];
  finished: boolean;
  finishedAt: number;
  cancel: AbortController;
  waiting: Set<() => void>;
}

export interface StartTask {
  request: TaskRequest;
  asker: Asker;
  /** A repeat with the same key is the same task. */
  idempotencyKey?: string;
}

export interface RunningTasks {
  /** The task's id as soon as it is accepted. Throws rate-limited, key-reused, shutting-down. */
  start: (task: StartTask) => Promise<string>;
  /** Its events after number `after`, to the end. Throws not-found for what is not the asker's. */
  follow: (id: string, options: { asker: Asker; after?: number; signal: AbortSignal }) => AsyncIterable<NumberedEvent>;
  /** The last event so far, and whether the task has ended. */
  state: (id: string, asker: Asker) => { last: TaskEvent; finished: boolean };
  cancel: (id: string, asker: Asker) => void;
  erase: (id: string, asker: Asker) => void;
  /** Takes no more tasks, cancels what runs, and waits until all have ended. */
  stop: () => Promise<void>;
}

type Run = (request: TaskRequest, asker: Asker, signal: AbortSignal) => AsyncIterable<TaskEvent>;

/** Tasks of this process, each with its events kept for those who come back. */
export function createRunningTasks(run: Run, clock: Clock): RunningTasks {
  const tasks = new Map<string, RunningTask>();
  const keys = new Map<string, { hash: string; started: Promise<string> }>();
  const atWork = new Set<Promise<void>>();
  let running = 0;
  let stopping = false;

  const owned = (id: string, asker: Asker): RunningTask => {
    const task = tasks.get(id);
    if (task?.owner !== ownerKey(asker))
      throw new HumphreyError('not-found', 'There is no such task, or it is no longer kept. Run it again.');
    return task;
  };

  const begin = async ({ request, asker }: StartTask): Promise<string> => {
    if (stopping)
      throw new HumphreyError('shutting-down', 'Humphrey is restarting. Try again in a minute.', { details: { retryAfterSeconds: 30 } });
    if (running >= MAX_RUNNING_TASKS)
      throw new HumphreyError('rate-limited', 'Many people are asking at once. Try again in half a minute.', {
        details: { retryAfterSeconds: 30 },
      });
    forgetOld(tasks, clock.now().getTime());
    running += 1;
    const task: RunningTask = {
      id: '',
      owner: ownerKey(asker),
      events: [],
      finished: false,
      finishedAt: 0,
      cancel: new AbortController(),
      waiting: new Set(),
    };
    const { promise, resolve } = Promise.withResolvers<string>();
    const work = (async () => {
      for await (const event of run(request, asker, task.cancel.signal)) {
        if (event.type === 'accepted') {
          task.id = event.id;
          tasks.set(event.id, task);
          resolve(event.id);
        }
        task.events.push({ number: task.events.length + 1, event });
        wake(task);
      }
      task.finished = true;
      task.finishedAt = clock.now().getTime();
      running -= 1;
      wake(task);
    })();
    atWork.add(work);
    void work.finally(() => atWork.delete(work));
    return promise;
  };

  return {
    start: (wanted) => {
      if (wanted.idempotencyKey === undefined) return begin(wanted);
      const key = `${ownerKey(wanted.asker)} ${wanted.idempotencyKey}`;
      const hash = createHash('sha256').update(JSON.stringify(wanted.request)).digest('hex');
      const known = keys.get(key);
      if (known && known.hash !== hash)
        return Promise.reject(new HumphreyError('key-reused', 'This Idempotency-Key belongs to another request. Use a new one.'));
      if (known) return known.started;
      const started = begin(wanted);
      keys.set(key, { hash, started });
      started.then(
        (id) => tasks.get(id)?.cancel.signal.addEventListener('forgotten', () => keys.delete(key)),
        () => keys.delete(key),
      );
      return started;
    },
    follow: (id, { asker, after = 0, signal }) => followTask(owned(id, asker), after, signal),
    state: (id, asker) => {
      const task = owned(id, asker);
      const last = task.events.at(-1);
      return { last: last?.event ?? { type: 'accepted', id }, finished: task.finished };
    },
    cancel: (id, asker) => {
      owned(id, asker).cancel.abort();
    },
    erase: (id, asker) => {
      const task = owned(id, asker);
      task.cancel.abort();
      task.cancel.signal.dispatchEvent(new Event('forgotten'));
      tasks.delete(id);
    },
    stop: async () => {
      stopping = true;
      for (const task of tasks.values()) task.cancel.abort();
      await Promise.all(atWork);
    },
  };
}

async function* followTask(task: RunningTask, after: number, signal: AbortSignal): AsyncGenerator<NumberedEvent> {
  let next = Math.max(0, after);
  while (!signal.aborted) {
    for (let event = task.events[next]; event !== undefined; event = task.events[next]) {
      next += 1;
      yield event;
    }
    if (task.finished) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        task.waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      task.waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

function wake(task: RunningTask): void {
  for (const done of [...task.waiting]) done();
}

function forgetOld(tasks: Map<string, RunningTask>, now: number): void {
  for (const [id, task] of tasks) {
    if (!task.finished || task.finishedAt + EVENTS_LIFE_MILLISECONDS > now) continue;
    task.cancel.signal.dispatchEvent(new Event('forgotten'));
    tasks.delete(id);
  }
}
