import { z } from 'zod';
import { ErrorBody, errorStatuses, Progress, TaskEvent } from '../../shared/contract/task-event.ts';
import { TaskRequest } from '../../shared/contract/task-request.ts';
import { TaskResult } from '../../shared/contract/task-result.ts';
import { HumphreyError } from '../../shared/errors.ts';
import type { NumberedEvent, RunningTasks } from '../../shared/jobs/running-tasks.ts';
import type { Asker, ResultStore } from '../../shared/ports.ts';
import { retryAfter } from './retry-after.ts';
import type { Route, RouteAnswer, RouteCall } from './route.ts';

/** A JSON body: a mail with 15 MB of attachments. What is larger goes to POST /api/files first. */
const MAX_JSON_BYTES = 24 * 1024 * 1024;
/** Seconds that a long poll may wait: below the 30 s at which proxies cut. */
const MAX_WAIT_SECONDS = 25;

export const RunningState = z.object({ id: z.string(), state: z.literal('running'), progress: Progress.optional() });

/** Task routes: POST /api/tasks and what follows a task by its id, for its owner alone. */
export function taskRoutes(tasks: RunningTasks, results: ResultStore): Route[] {
  const errors = { 400: { description: 'Error', schema: ErrorBody } };
  const idPath = '/api/tasks/:id';
  return [
    {
      method: 'POST',
      path: '/api/tasks',
      summary: 'Run a task. Answers the result as JSON, its events with Accept: text/event-stream, or 202 after ?wait seconds.',
      access: 'asker',
      body: { kind: 'json', schema: TaskRequest, maxBytes: MAX_JSON_BYTES },
      answers: {
        200: { description: 'The result, or the stream of events', schema: TaskResult },
        202: { description: 'Still running', schema: RunningState },
        ...errors,
      },
      run: (call) => startTask(call, tasks),
    },
    {
      method: 'GET',
      path: idPath,
      summary: 'The result of a task, or 202 while it runs; ?wait waits up to 25 seconds for it.',
      access: 'asker',
      answers: {
        200: { description: 'The result', schema: TaskResult },
        202: { description: 'Still running', schema: RunningState },
        ...errors,
      },
      run: (call) => readTask(call, tasks, results),
    },
    {
      method: 'GET',
      path: `${idPath}/events`,
      summary: 'The events of a task from the start, or after Last-Event-ID.',
      access: 'asker',
      answers: { 200: { description: 'text/event-stream', schema: TaskEvent }, ...errors },
      run: (call) => {
        const after = Number(call.headers['last-event-id'] ?? 0);
        return eventsOf(idOf(call), { tasks, asker: call.asker, after: Number.isInteger(after) ? after : 0, signal: call.signal });
      },
    },
    {
      method: 'POST',
      path: `${idPath}/cancel`,
      summary: 'Cancel a task; its events end with the error "cancelled".',
      access: 'asker',
      answers: { 204: { description: 'Cancelled' }, ...errors },
      run: async (call) => {
        await tasks.cancel(idOf(call), call.asker);
        return { status: 204 };
      },
    },
    {
      method: 'DELETE',
      path: idPath,
      summary: 'Cancel a task and erase its result.',
      access: 'asker',
      answers: { 204: { description: 'Erased' }, ...errors },
      run: async (call) => {
        await eraseTask(idOf(call), { tasks, results, asker: call.asker });
        return { status: 204 };
      },
    },
  ];
}

async function startTask(call: RouteCall, tasks: RunningTasks): Promise<RouteAnswer> {
  const key = call.headers['idempotency-key'];
  const id = await tasks.start({
    // The server has parsed the body by this route's own schema.
    request: call.body as TaskRequest,
    asker: call.asker,
    ...(typeof key === 'string' && key !== '' ? { idempotencyKey: key } : {}),
  });
  if (call.headers.accept?.includes('text/event-stream')) return eventsOf(id, { tasks, asker: call.asker, after: 0, signal: call.signal });
  return endOf(id, { tasks, asker: call.asker, signal: call.signal, waitSeconds: waitOf(call.query) });
}

async function readTask(call: RouteCall, tasks: RunningTasks, results: ResultStore): Promise<RouteAnswer> {
  const id = idOf(call);
  const kept = await results.get(id, call.asker);
  if (kept) return { status: 200, json: kept };
  return endOf(id, { tasks, asker: call.asker, signal: call.signal, waitSeconds: waitOf(call.query) ?? 0 });
}

/** The end of a task as one JSON answer; 202 where it has not come after `waitSeconds` (undefined: as long as it takes). */
async function endOf(
  id: string,
  wait: { tasks: RunningTasks; asker: Asker; signal: AbortSignal; waitSeconds: number | undefined },
): Promise<RouteAnswer> {
  const { tasks, asker } = wait;
  const timeout = wait.waitSeconds === undefined ? [] : [AbortSignal.timeout(wait.waitSeconds * 1000)];
  const signal = AbortSignal.any([wait.signal, ...timeout]);
  let progress: Progress | undefined;
  for await (const { event } of await tasks.follow(id, { asker, signal })) {
    if (event.type === 'result') return { status: 200, json: event.result };
    if (event.type === 'error')
      return { status: errorStatuses[event.error.code], json: { error: event.error }, headers: retryAfter(event.error.details) };
    if (event.type === 'progress') progress = event.progress;
  }
  return { status: 202, json: { id, state: 'running', ...(progress ? { progress } : {}) }, headers: { Location: `/api/tasks/${id}` } };
}

async function eventsOf(id: string, from: { tasks: RunningTasks; asker: Asker; after: number; signal: AbortSignal }): Promise<RouteAnswer> {
  const { tasks, ...options } = from;
  return { status: 200, events: numbered(await tasks.follow(id, options)) };
}

/** A result outlives its task's rows, and one made in Teams never had any: each goes where it is. */
async function eraseTask(id: string, from: { tasks: RunningTasks; results: ResultStore; asker: Asker }): Promise<void> {
  const { tasks, results, asker } = from;
  const kept = await results.get(id, asker);
  await results.delete(id, asker);
  try {
    await tasks.erase(id, asker);
  } catch (error) {
    if (!kept || !(error instanceof HumphreyError) || error.code !== 'not-found') throw error;
  }
}

async function* numbered(events: AsyncIterable<NumberedEvent>): AsyncGenerator<{ id: number; event: string; data: unknown }> {
  for await (const { number, event } of events) yield { id: number, event: event.type, data: event };
}

function idOf(call: RouteCall): string {
  const id = call.parameters['id'];
  if (id === undefined) throw new HumphreyError('not-found', 'There is no such task.');
  return id;
}

function waitOf(query: URLSearchParams): number | undefined {
  const wait = query.get('wait');
  if (wait === null) return undefined;
  const seconds = Number(wait);
  if (!Number.isFinite(seconds) || seconds < 0)
    throw new HumphreyError('invalid-request', `"wait" is a number of seconds up to ${MAX_WAIT_SECONDS}.`);
  return Math.min(seconds, MAX_WAIT_SECONDS);
}
