import { setTimeout as wait } from 'node:timers/promises';
import type { TaskEvent } from '../contract/task-event.ts';
import { HumphreyError } from '../errors.ts';
import type { Asker, Log } from '../ports.ts';
import type { RecordKey } from '../store/record-keys.ts';
import { isStoreOut } from '../store/store-error.ts';
import { claimTasks, giveBack, renewLeases, type ClaimedTask } from './durable-tasks-leases.ts';
import { appendEvents, openTask, readRequest, TASK_CANCEL_CHANNEL, TASK_WAITING_CHANNEL, type TaskStore } from './durable-tasks-rows.ts';
import type { Notifications } from './notifications.ts';
import { outlastOutage } from './outlast-outage.ts';
import { isLast, type NumberedEvent, type RunTask } from './running-tasks.ts';
import { createWakers } from './wakers.ts';

/** Tasks at work at once in one process: each may hold 50 MB of sources. */
export const MAX_RUNNING_TASKS = 40;
/** A killed worker's tasks are begun again after this. */
const LEASE_MILLISECONDS = 10_000;
/** Ten chances to renew a lease; and a cancel whose notice was lost is still heard within a second. */
const RENEW_MILLISECONDS = 1_000;
/** Without a notice, work is looked for this often: it finds ended leases. */
const LOOK_MILLISECONDS = 1_000;
/** A task that ends its worker twice would end the third one too. */
const MAX_ATTEMPTS = 3;
/** Nobody waits for longer than this for a task to begin. */
const MAX_WAIT_MILLISECONDS = 60 * 60 * 1000;
/** Below the 25 to 30 seconds in which platforms want a stopped process gone. */
const DRAIN_MILLISECONDS = 20_000;

export interface TaskWorkerParts extends TaskStore {
  /** Of this process: no two workers have the same. */
  workerId: string;
  run: RunTask;
  /** A task was erased while it ran: what it left behind must go too. */
  forget: (id: string, asker: Asker) => Promise<void>;
  notifications: Notifications;
  log: Log;
  now: () => Date;
  maxRunning?: number;
  leaseMilliseconds?: number;
  drainMilliseconds?: number;
}

export interface TaskWorker {
  /** Takes no more, lets what runs end for a while, and gives the rest back for others to do. */
  stop(): Promise<void>;
}

interface AtWork {
  abort: AbortController;
  /** Why it was ended from outside: its person's wish, a lost lease or erased row, or this process's own end. */
  because?: 'cancelled' | 'lost' | 'stopping';
  done: Promise<void>;
}

/** Takes tasks and does them, as many at once as there is room for. */
export function startTaskWorker(parts: TaskWorkerParts): TaskWorker {
  const { workerId, notifications, log, maxRunning = MAX_RUNNING_TASKS, leaseMilliseconds = LEASE_MILLISECONDS } = parts;
  const atWork = new Map<string, AtWork>();
  const wakers = createWakers();
  const stopping = new AbortController();

  const end = (id: string, because: NonNullable<AtWork['because']>): void => {
    const task = atWork.get(id);
    if (!task || task.because !== undefined) return;
    task.because = because;
    task.abort.abort();
  };
  const begin = (claimed: ClaimedTask): void => {
    const task: AtWork = { abort: new AbortController(), done: Promise.resolve() };
    atWork.set(claimed.id, task);
    task.done = workOn(parts, claimed, task)
      .catch((error: unknown) => {
        // Its lease ends, and a worker that can reach the database takes it.
        log.error({ task: claimed.id, cause: error instanceof Error ? error.name : 'unknown' }, 'a task could not be finished here');
      })
      .finally(() => {
        atWork.delete(claimed.id);
        wakers.wake('work');
      });
  };
  const look = async (): Promise<void> => {
    const room = maxRunning - atWork.size;
    if (room <= 0) return;
    for (const claimed of await claimTasks(parts, { worker: workerId, most: room, leaseMilliseconds })) begin(claimed);
  };
  const keepTaking = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const woken = wakers.wait('work', { milliseconds: LOOK_MILLISECONDS, signal: stopping.signal });
      await quietly(look, log);
      await woken;
    }
  };
  const renew = async (): Promise<void> => {
    if (atWork.size === 0) return;
    const before = [...atWork.keys()];
    const held = new Map((await renewLeases(parts, { worker: workerId, leaseMilliseconds })).map((task) => [task.id, task]));
    for (const id of before) {
      const task = held.get(id);
      if (!task) end(id, 'lost');
      else if (task.cancelled) end(id, 'cancelled');
    }
  };
  const keepRenewing = async (until: AbortSignal): Promise<void> => {
    while (!until.aborted) {
      const woken = wakers.wait('renew', { milliseconds: RENEW_MILLISECONDS, signal: until });
      await quietly(renew, log);
      await woken;
    }
  };

  const hush = [
    notifications.on(TASK_WAITING_CHANNEL, () => {
      wakers.wake('work');
    }),
    notifications.on(TASK_CANCEL_CHANNEL, (id) => {
      if (id === undefined || atWork.has(id)) wakers.wake('renew');
    }),
  ];
  const renewing = new AbortController();
  const taking = keepTaking();
  const renewed = keepRenewing(renewing.signal);
  return {
    stop: async () => {
      stopping.abort();
      await taking;
      const allDone = Promise.all([...atWork.values()].map((task) => task.done));
      await Promise.race([allDone, wait(parts.drainMilliseconds ?? DRAIN_MILLISECONDS, undefined, { ref: false })]);
      for (const id of [...atWork.keys()]) end(id, 'stopping');
      await Promise.all([...atWork.values()].map((task) => task.done));
      renewing.abort();
      await renewed;
      for (const stop of hush) stop();
    },
  };
}

async function quietly(work: () => Promise<void>, log: Log): Promise<void> {
  try {
    await work();
  } catch (error) {
    const cause = error instanceof HumphreyError ? error.code : 'unknown';
    if (isStoreOut(error)) log.warn({ cause }, 'the tasks cannot be looked at: the database is out');
    else log.error({ cause }, 'the tasks cannot be looked at');
  }
}

async function workOn(parts: TaskWorkerParts, claimed: ClaimedTask, task: AtWork): Promise<void> {
  const opened = await outlastOutage(() => openTask(parts, claimed));
  if (!opened) return;
  const kept = await outlastOutage(() => readRequest(parts, claimed));
  if (!kept) return;
  const writer = createWriter(parts, { claimed, key: opened.key, lastNumber: opened.lastNumber, lost: () => task.abort.abort() });
  const unfit = claimed.cancelled ? cancelled() : tooLate(parts, claimed);
  if (unfit) {
    writer.write({ type: 'error', error: unfit.toBody().error });
  } else {
    for await (const event of parts.run({ id: claimed.id, request: kept.request, asker: kept.asker }, task.abort.signal)) {
      // It was told to whoever started the task, when it was kept.
      if (event.type === 'accepted') continue;
      // What is given back has not ended.
      if (event.type === 'error' && (task.because === 'stopping' || task.because === 'lost')) break;
      writer.write(event);
    }
  }
  await writer.finish();
  if (task.because === 'stopping' && !writer.ended()) await outlastOutage(() => giveBack(parts, claimed, parts.workerId));
  else if (!(await outlastOutage(() => openTask(parts, claimed)))) await parts.forget(claimed.id, kept.asker);
}

function cancelled(): HumphreyError {
  return new HumphreyError('cancelled', 'The task was cancelled.');
}

/** Why a task is not begun (again). */
function tooLate(parts: TaskWorkerParts, { attempt, createdAt }: ClaimedTask): HumphreyError | undefined {
  if (attempt > MAX_ATTEMPTS) {
    return new HumphreyError(
      'internal-error',
      'Humphrey stopped several times while it worked on this. Run it again; if it happens again, leave out a source or an attachment.',
    );
  }
  if (parts.now().getTime() - createdAt.getTime() > MAX_WAIT_MILLISECONDS) {
    return new HumphreyError('shutting-down', 'Humphrey could not begin this in time. Run it again.');
  }
  return undefined;
}

interface Writer {
  write(event: TaskEvent): void;
  /** Resolves when all is written, or nothing can be any more. */
  finish(): Promise<void>;
  ended(): boolean;
}

interface WriterOptions {
  claimed: ClaimedTask;
  key: RecordKey;
  lastNumber: number;
  /** The task is another worker's by now, or was erased. */
  lost: () => void;
}

/** Writes events in order; those that come while others are being written go together. */
function createWriter(parts: TaskWorkerParts, { claimed, key, lastNumber, lost }: WriterOptions): Writer {
  let number = lastNumber;
  let pending: NumberedEvent[] = [];
  let writing: Promise<void> | undefined;
  let over = false;
  let ended = false;
  const flush = async (): Promise<void> => {
    while (pending.length > 0 && !over) {
      const events = pending;
      pending = [];
      const ends = events.some(({ event }) => isLast(event));
      const written = await outlastOutage(() => appendEvents(parts, { place: claimed, key, worker: parts.workerId, events, ends }));
      over = ends || !written;
      ended ||= ends && written;
      if (!written) lost();
    }
  };
  return {
    write: (event) => {
      pending.push({ number: (number += 1), event });
      writing = (writing ?? Promise.resolve()).then(flush);
      // Whoever waits for the end hears of a failure; until then it is nobody's.
      writing.catch(lost);
    },
    finish: async () => {
      await writing;
    },
    ended: () => ended,
  };
}
