import type { TaskEvent } from '../contract/task-event.ts';
import type { TaskRequest } from '../contract/task-request.ts';
import { HumphreyError } from '../errors.ts';
import type { Asker } from '../ports.ts';

/** An event with its number from 1, for Last-Event-ID. */
export interface NumberedEvent {
  number: number;
  event: TaskEvent;
}

export interface StartTask {
  request: TaskRequest;
  asker: Asker;
  /** A repeat with the same key is the same task. */
  idempotencyKey?: string;
}

export interface FollowOptions {
  asker: Asker;
  /** Number of the last event that is known already. */
  after?: number;
  signal: AbortSignal;
}

/** Tasks that were accepted, by their ids: each ends in one result or one error. */
export interface RunningTasks {
  /** The task's id as soon as it is accepted. Throws rate-limited, key-reused, shutting-down, marking-refused, store-unavailable. */
  start(task: StartTask): Promise<string>;
  /** Its events after number `after`, to the end. Throws not-found for what is not the asker's. */
  follow(id: string, options: FollowOptions): Promise<AsyncIterable<NumberedEvent>>;
  /** Its events end with the error `cancelled`. Throws not-found; of a task that has ended nothing changes. */
  cancel(id: string, asker: Asker): Promise<void>;
  /** Cancels it and forgets it, its events included. Throws not-found. */
  erase(id: string, asker: Asker): Promise<void>;
  /** Takes no more tasks and ends all following. */
  stop(): Promise<void>;
}

/** What does a task: the core's door, with the id that the task was accepted under. */
export type RunTask = (task: { id: string; request: TaskRequest; asker: Asker }, signal: AbortSignal) => AsyncIterable<TaskEvent>;

export function isLast(event: TaskEvent): boolean {
  return event.type === 'result' || event.type === 'error';
}

export function noSuchTask(): HumphreyError {
  return new HumphreyError('not-found', 'There is no such task, or it is no longer kept. Run it again.');
}

export function keyReused(): HumphreyError {
  return new HumphreyError('key-reused', 'This Idempotency-Key belongs to another request. Use a new one.');
}

export function tooManyTasks(): HumphreyError {
  return new HumphreyError('rate-limited', 'Many people are asking at once. Try again in half a minute.', {
    details: { retryAfterSeconds: 30 },
  });
}

export function shuttingDown(): HumphreyError {
  return new HumphreyError('shutting-down', 'Humphrey is restarting. Try again in a minute.', { details: { retryAfterSeconds: 30 } });
}
