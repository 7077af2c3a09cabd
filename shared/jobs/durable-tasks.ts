import { createHash } from 'node:crypto';
import type { TaskRequest } from '../contract/task-request.ts';
import { HumphreyError } from '../errors.ts';
import {
  cancelTask,
  countWaiting,
  eraseTask,
  findByIdempotency,
  findOwned,
  insertTask,
  readEvents,
  TASK_CHANNEL,
  type OwnedTask,
  type TaskStore,
} from './durable-tasks-rows.ts';
import type { Notifications } from './notifications.ts';
import { outlastOutage } from './outlast-outage.ts';
import {
  isLast,
  keyReused,
  noSuchTask,
  shuttingDown,
  tooManyTasks,
  type FollowOptions,
  type NumberedEvent,
  type RunningTasks,
  type StartTask,
} from './running-tasks.ts';
import { createWakers, type Wakers } from './wakers.ts';

/** As long as the result is kept: a client may come back to its task for a day. */
const TASK_LIFE_MILLISECONDS = 24 * 60 * 60 * 1000;
/** Tasks that nobody has begun, of all departments: some minutes of work for a handful of workers. */
const MAX_WAITING_TASKS = 200;
/** Who follows looks now and then without being told: a notice can be lost with its connection. */
const LOOK_MILLISECONDS = 2_000;

export interface DurableTasksParts extends TaskStore {
  notifications: Notifications;
  newId: () => string;
  now: () => Date;
  /** Before any row: throws what a request is refused for (its marking). */
  admit?: (request: TaskRequest) => void;
  maxWaiting?: number;
}

/**
 * Tasks as sealed rows: whatever process accepted one, any worker does it, and any process follows or cancels it. The rows are
 * the queue too, with leases that we choose (a person waits): pg-boss finds a killed worker only after 16 seconds.
 */
export function createDurableTasks(parts: DurableTasksParts): RunningTasks {
  const wakers = createWakers();
  const stopping = new AbortController();
  const hush = parts.notifications.on(TASK_CHANNEL, (id) => {
    wakers.wake(id);
  });
  const owned = async (id: string, asker: StartTask['asker']): Promise<OwnedTask> => {
    const task = await findOwned(parts, id, asker);
    if (!task) throw noSuchTask();
    return task;
  };
  return {
    start: async (task) => {
      if (stopping.signal.aborted) throw shuttingDown();
      parts.admit?.(task.request);
      return startTask(parts, task);
    },
    follow: async (id, options) => {
      const task = await owned(id, options.asker);
      return followTask({ parts, wakers, stopping: stopping.signal }, task, options);
    },
    cancel: async (id, asker) => {
      const error = new HumphreyError('cancelled', 'The task was cancelled.').toBody().error;
      await cancelTask(parts, await owned(id, asker), { type: 'error', error });
    },
    erase: async (id, asker) => {
      await owned(id, asker);
      await eraseTask(parts, id, asker);
    },
    stop: () => {
      stopping.abort();
      wakers.wake(undefined);
      hush();
      return Promise.resolve();
    },
  };
}

async function startTask(parts: DurableTasksParts, { request, asker, idempotencyKey }: StartTask): Promise<string> {
  const requestHash = createHash('sha256').update(JSON.stringify(request)).digest('hex');
  const idempotency = idempotencyKey === undefined ? null : createHash('sha256').update(idempotencyKey).digest();
  if (idempotency) {
    const known = await knownTask(parts, { asker, idempotency, requestHash });
    if (known !== undefined) return known;
  }
  if ((await countWaiting(parts)) >= (parts.maxWaiting ?? MAX_WAITING_TASKS)) throw tooManyTasks();
  const id = parts.newId();
  const expiresAt = new Date(parts.now().getTime() + TASK_LIFE_MILLISECONDS);
  if (await insertTask(parts, { id, request, asker, idempotency, requestHash, expiresAt })) return id;
  // Another start with the same key was first.
  const first = idempotency ? await knownTask(parts, { asker, idempotency, requestHash }) : undefined;
  if (first === undefined) throw tooManyTasks();
  return first;
}

async function knownTask(
  parts: DurableTasksParts,
  wanted: { asker: StartTask['asker']; idempotency: Buffer; requestHash: string },
): Promise<string | undefined> {
  const known = await findByIdempotency(parts, wanted.asker, wanted.idempotency);
  if (known && known.requestHash !== wanted.requestHash) throw keyReused();
  return known?.id;
}

interface Following {
  parts: DurableTasksParts;
  wakers: Wakers;
  stopping: AbortSignal;
}

async function* followTask(
  { parts, wakers, stopping }: Following,
  task: OwnedTask,
  { after = 0, signal }: FollowOptions,
): AsyncGenerator<NumberedEvent> {
  const over = AbortSignal.any([signal, stopping]);
  let last = Math.max(0, after);
  while (!over.aborted) {
    // Before the look, or what comes during it would be missed.
    const woken = wakers.wait(task.place.id, { milliseconds: LOOK_MILLISECONDS, signal: over });
    // The connection to the client outlives a restart of the database.
    const { events, ended } = await outlastOutage(() => readEvents(parts, task, last));
    for (const event of events) {
      last = event.number;
      yield event;
      if (isLast(event.event)) return;
    }
    if (ended) return;
    await woken;
  }
}
