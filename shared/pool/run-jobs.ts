import { Worker } from 'node:worker_threads';
import { asHumphreyError } from '../errors.ts';
import type { ChildMessage, JobFailure, ParentMessage } from './pool-messages.ts';

/** One kind of job: structured-clone data in, structured-clone data out. The signal fires when the person cancels. */
export type Job = (input: unknown, signal: AbortSignal) => unknown;

/** The child's side of a pool: an entry file calls this once with the jobs it can do. Throw HumphreyError for expected failures. */
export function runJobs(jobs: Record<string, Job>): void {
  const running = new Map<number, AbortController>();

  const work = async (id: number, name: string, input: unknown): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const job = Object.hasOwn(jobs, name) ? jobs[name] : undefined;
      if (!job) throw new Error(`No job of this name: ${name}`);
      send({ kind: 'answer', id, value: await job(input, controller.signal) });
    } catch (thrown) {
      send({ kind: 'failure', id, failure: failureOf(thrown) });
    } finally {
      running.delete(id);
    }
  };

  process.on('message', (message: ParentMessage) => {
    if (message.kind === 'job') void work(message.id, message.name, message.input);
    else running.get(message.id)?.abort();
  });
  // The parent is gone or has closed the channel: nobody waits for an answer any more.
  process.on('disconnect', () => process.exit(0));
  startWatchdog();
  send({ kind: 'ready' });
}

function send(message: ChildMessage): void {
  process.send?.(message);
}

/** A busy loop in a parser blocks `disconnect`, so a thread of its own ends this process when the parent has died. */
function startWatchdog(): void {
  new Worker(new URL('./watchdog.ts', import.meta.url), {
    workerData: { parent: process.ppid },
    resourceLimits: { maxOldGenerationSizeMb: 16 },
  }).unref();
}

function failureOf(thrown: unknown): JobFailure {
  const error = asHumphreyError(thrown);
  const cause = error.code === 'internal-error' ? framesOf(error.cause ?? error) : undefined;
  return { code: error.code, message: error.message, ...(error.details ? { details: error.details } : {}), ...(cause ? { cause } : {}) };
}

function framesOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [thrown.name, ...frames].join('\n');
}
